package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import io.gatehouse.api.ProviderException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/**
 * Connections to the servers of one directory: a pool for searches, and fresh ones for users' passwords, which never go
 * back to the pool. Safe for use by many threads.
 */
final class LdapConnections implements AutoCloseable {
    private static final int CLEAR_PORT = 389;
    private static final int TLS_PORT = 636;
    private static final int LARGEST_MESSAGE = 8 << 20;
    private static final int MOST_CONNECTIONS = 256;

    private final ServerSet servers;
    private final LDAPConnectionPool searches;
    private final long millis;

    private LdapConnections(ServerSet servers, LDAPConnectionPool searches, long millis) {
        this.servers = servers;
        this.searches = searches;
        this.millis = millis;
    }

    /** Connections that are made when they are needed. */
    static LdapConnections open(LdapConfig config) throws ProviderException {
        check(config);
        long millis = config.timeout().toMillis();
        SSLSocketFactory tls = new DirectorySockets(ServerTrust.sockets(config.ca()), (int) millis);
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis((int) Math.max(1, millis / 2));
        options.setResponseTimeoutMillis(millis);
        options.setAbandonOnTimeout(true);
        options.setFollowReferrals(false);
        options.setMaxMessageSize(LARGEST_MESSAGE);
        options.setUseSynchronousMode(true);
        options.setSSLSocketVerifier(new WholeHandshake());
        List<ServerSet> each = new ArrayList<>();
        for (String url : config.urls()) {
            each.add(server(url, config, options, tls));
        }
        ServerSet servers = new FailoverServerSet(each);
        BindRequest bind = config.bindDn().isPresent()
                ? new SimpleBindRequest(
                        config.bindDn().get(),
                        config.bindPassword().orElseThrow().bytes())
                : new SimpleBindRequest();
        try {
            LDAPConnectionPool pool = new LDAPConnectionPool(servers, bind, 0, config.connections(), null, false);
            pool.setConnectionPoolName("ldap");
            pool.setMaxWaitTimeMillis(millis);
            pool.setCreateIfNecessary(false);
            pool.setMaxConnectionAgeMillis(Duration.ofMinutes(10).toMillis());
            pool.setRetryFailedOperationsDueToInvalidConnections(true);
            return new LdapConnections(servers, pool, millis);
        } catch (LDAPException e) {
            throw new ProviderException("LDAP: " + e.getMessage(), e);
        }
    }

    private static void check(LdapConfig config) throws ProviderException {
        if (config.urls().isEmpty()) {
            throw new ProviderException("urls is empty (expected at least one ldaps://host)");
        }
        if (config.bindDn().isPresent() != config.bindPassword().isPresent()) {
            throw new ProviderException("one of bind-dn and bind-password is missing (expected both, or neither)");
        }
        if (config.bindPassword().filter(secret -> secret.bytes().length == 0).isPresent()) {
            throw new ProviderException("bind-password is empty");
        }
        if (config.schema() == LdapConfig.Schema.ACTIVE_DIRECTORY
                && config.bindDn().isEmpty()) {
            throw new ProviderException("bind-dn is missing: an Active Directory allows no anonymous search");
        }
        if (config.connections() < 1 || config.connections() > MOST_CONNECTIONS) {
            throw new ProviderException(
                    "connections " + config.connections() + " (expected 1 to " + MOST_CONNECTIONS + ")");
        }
        if (config.timeout().toMillis() < 1 || config.timeout().compareTo(Duration.ofMinutes(1)) > 0) {
            throw new ProviderException("timeout " + config.timeout().toMillis() + " ms (expected 1 ms to 1 minute)");
        }
    }

    private static ServerSet server(String text, LdapConfig config, LDAPConnectionOptions options, SSLSocketFactory tls)
            throws ProviderException {
        LDAPURL url = parse(text);
        String host = Objects.requireNonNull(url.getHost());
        boolean encrypted = url.getScheme().equals("ldaps");
        if (encrypted && config.startTls()) {
            throw new ProviderException("url \"" + text + "\" has TLS already (expected ldap:// with start-tls)");
        }
        if (!encrypted && !config.startTls() && !(config.allowClearText() && isLoopback(host))) {
            throw new ProviderException("url \"" + text + "\" would carry passwords in clear (expected ldaps://, or"
                    + " start-tls = true" + (config.allowClearText() ? "; allow-clear-text is for loopback only" : "")
                    + ")");
        }
        int port = url.portProvided() ? url.getPort() : encrypted ? TLS_PORT : CLEAR_PORT;
        return new RestingServer(new SingleServerSet(
                host,
                port,
                encrypted ? tls : SocketFactory.getDefault(),
                options,
                null,
                config.startTls() ? new StartTLSPostConnectProcessor(tls) : null));
    }

    private static LDAPURL parse(String text) throws ProviderException {
        try {
            LDAPURL url = new LDAPURL(text);
            boolean known = url.getScheme().equals("ldaps") || url.getScheme().equals("ldap");
            if (known && url.hostProvided() && !url.baseDNProvided()) {
                return url;
            }
        } catch (LDAPException _) {
            // told below
        }
        throw new ProviderException("url \"" + text + "\" (expected ldaps://host[:port] or ldap://host[:port])");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    /** Where searches go. */
    LDAPConnectionPool searches() {
        return searches;
    }

    /** A connection of its own, not bound to anybody; the caller closes it. */
    LDAPConnection fresh() throws LDAPException {
        return servers.getConnection();
    }

    /** How long one answer may take, in milliseconds. */
    long millis() {
        return millis;
    }

    /** The servers, for messages. */
    static String names(LdapConfig config) {
        return String.join(", ", config.urls());
    }

    @Override
    public void close() {
        searches.close();
    }
}
