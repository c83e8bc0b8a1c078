package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPoolHealthCheck;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.ServerSet;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One server, which is left alone after it could not be connected: for twice the time that the failure took. So a
 * server that hangs costs some sign-ins its timeout, and not every one; one that refuses quickly is asked again at
 * once. Safe for use by many threads.
 */
final class RestingServer extends ServerSet {
    /** Who fails within this time may be asked again at once. */
    private static final long QUICK = Duration.ofSeconds(1).toNanos();

    private final ServerSet server;
    private volatile @Nullable Rest rest;

    private record Rest(long until, String why) {}

    RestingServer(ServerSet server) {
        this.server = server;
    }

    @Override
    public LDAPConnection getConnection() throws LDAPException {
        return getConnection(null);
    }

    @Override
    public LDAPConnection getConnection(@Nullable LDAPConnectionPoolHealthCheck check) throws LDAPException {
        Rest resting = rest;
        long begin = System.nanoTime();
        if (resting != null && begin - resting.until < 0) {
            throw new LDAPException(ResultCode.CONNECT_ERROR, "not asked again so soon after: " + resting.why);
        }
        try {
            LDAPConnection connection = server.getConnection(check);
            rest = null;
            return connection;
        } catch (LDAPException e) {
            long end = System.nanoTime();
            long cost = end - begin;
            rest = cost < QUICK ? null : new Rest(end + 2 * cost, Failures.text(e));
            throw e;
        }
    }

    @Override
    public boolean includesAuthentication() {
        return server.includesAuthentication();
    }

    @Override
    public boolean includesPostConnectProcessing() {
        return server.includesPostConnectProcessing();
    }

    @Override
    public void shutDown() {
        server.shutDown();
    }

    @Override
    public void toString(StringBuilder text) {
        server.toString(text);
    }
}
