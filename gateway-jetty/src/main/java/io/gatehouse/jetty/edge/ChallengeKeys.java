package io.gatehouse.jetty.edge;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The certificate of a server, and on connections for a challenge that of the challenge, or none. */
final class ChallengeKeys extends X509ExtendedKeyManager {
    private static final String PREFIX = "acme-challenge:";
    private static final String KEY_TYPE = "RSA";

    private final X509ExtendedKeyManager others;
    private final AlpnChallenges challenges;

    ChallengeKeys(X509ExtendedKeyManager others, AlpnChallenges challenges) {
        this.others = others;
        this.challenges = challenges;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        if (!challenges.areOn(engine)) {
            return others.chooseEngineServerAlias(keyType, issuers, engine);
        }
        return keyType.equals(KEY_TYPE)
                ? name(engine)
                        .filter(name -> challenges.answer(name).isPresent())
                        .map(name -> PREFIX + name)
                        .orElse(null)
                : null;
    }

    private static Optional<String> name(SSLEngine engine) {
        return engine.getHandshakeSession() instanceof ExtendedSSLSession session
                ? session.getRequestedServerNames().stream()
                        .filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .findFirst()
                : Optional.empty();
    }

    private Optional<AlpnChallenges.Answer> answer(String alias) {
        return challenges.answer(alias.substring(PREFIX.length()));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return alias.startsWith(PREFIX)
                ? answer(alias)
                        .map(answer -> new X509Certificate[] {answer.certificate()})
                        .orElse(null)
                : others.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return alias.startsWith(PREFIX)
                ? answer(alias).map(AlpnChallenges.Answer::key).orElse(null)
                : others.getPrivateKey(alias);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return others.getServerAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return others.chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return others.getClientAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return others.chooseClientAlias(keyType, issuers, socket);
    }
}
