package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Token;
import io.gatehouse.testkit.directory.KerberosCache;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.MessageProp;
import org.ietf.jgss.Oid;

/** A GSS initiator of the JDK, with the tickets of a cache that MIT's kinit made. One thread at a time. */
final class JdkInitiator {
    private static final String KERBEROS = "1.2.840.113554.1.2.2";
    private static final String KERBEROS_NAME = "1.2.840.113554.1.2.2.1";

    private final GSSContext context;
    private final Token token;

    private JdkInitiator(GSSContext context, Token token) {
        this.context = context;
        this.token = token;
    }

    /** Gets a ticket for {@code principal} and makes the first token. */
    static JdkInitiator start(KerberosCache cache, String principal, boolean mutual) throws Exception {
        System.setProperty("java.security.krb5.conf", cache.client().krb5Conf().toString());
        LoginContext login = new LoginContext("test", null, null, configuration(cache));
        login.login();
        Subject subject = login.getSubject();
        return Subject.callAs(subject, () -> start(principal, mutual));
    }

    private static JdkInitiator start(String principal, boolean mutual) throws GSSException {
        GSSManager manager = GSSManager.getInstance();
        GSSContext context = manager.createContext(
                manager.createName(principal, new Oid(KERBEROS_NAME)),
                new Oid(KERBEROS),
                null,
                GSSContext.DEFAULT_LIFETIME);
        context.requestMutualAuth(mutual);
        context.requestInteg(true);
        return new JdkInitiator(context, Token.of(context.initSecContext(new byte[0], 0, 0)));
    }

    private static Configuration configuration(KerberosCache cache) {
        Map<String, String> options = new HashMap<>();
        options.put("useTicketCache", "true");
        options.put("ticketCache", cache.file().toString());
        options.put("doNotPrompt", "true");
        options.put("refreshKrb5Config", "true");
        return new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {
                    new AppConfigurationEntry(
                            "com.sun.security.auth.module.Krb5LoginModule", LoginModuleControlFlag.REQUIRED, options)
                };
            }
        };
    }

    Token token() {
        return token;
    }

    boolean take(Token reply) throws GSSException {
        context.initSecContext(reply.bytes(), 0, reply.length());
        return context.isEstablished();
    }

    boolean isComplete() {
        return context.isEstablished();
    }

    byte[] sign(byte[] message) throws GSSException {
        return context.getMIC(message, 0, message.length, new MessageProp(0, false));
    }

    void verify(byte[] message, byte[] mic) throws GSSException {
        context.verifyMIC(mic, 0, mic.length, message, 0, message.length, new MessageProp(0, false));
    }
}
