package io.gatehouse.provider.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.file.PemText;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.jwt.UnavailableException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;

/** How the gateway proves to a token endpoint which client it is. Immutable. */
final class ClientCredentials {
    private static final int LARGEST_KEY = 1 << 20;

    private final ClientID id;
    private final Optional<Secret> secret;
    private final OidcConfig.ClientAuthentication way;
    private final Optional<PrivateKey> key;

    private ClientCredentials(
            ClientID id, Optional<Secret> secret, OidcConfig.ClientAuthentication way, Optional<PrivateKey> key) {
        this.id = id;
        this.secret = secret;
        this.way = way;
        this.key = key;
    }

    static ClientCredentials of(OidcConfig.Provider config) throws ProviderException {
        if (config.clientSecret().isPresent() && config.clientKey().isPresent()) {
            throw new ProviderException("client-secret and client-key (expected one of them)");
        }
        Optional<PrivateKey> key = Optional.empty();
        if (config.clientKey().isPresent()) {
            key = Optional.of(read(config.clientKey().get()));
        }
        return new ClientCredentials(
                new ClientID(config.clientId()), config.clientSecret(), config.clientAuthentication(), key);
    }

    ClientID id() {
        return id;
    }

    /** For one request; empty for a public client, which has PKCE only. */
    Optional<ClientAuthentication> authentication(URI endpoint) throws UnavailableException {
        if (key.isPresent()) {
            return Optional.of(signed(endpoint, key.get()));
        }
        return secret.map(value -> {
            var password = new com.nimbusds.oauth2.sdk.auth.Secret(value.text());
            return switch (way) {
                case BASIC -> new ClientSecretBasic(id, password);
                case POST -> new ClientSecretPost(id, password);
            };
        });
    }

    private ClientAuthentication signed(URI endpoint, PrivateKey privateKey) throws UnavailableException {
        JWSAlgorithm algorithm = privateKey instanceof ECPrivateKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256;
        try {
            return new PrivateKeyJWT(id, endpoint, algorithm, privateKey, null, null);
        } catch (JOSEException e) {
            throw new UnavailableException("client-key does not sign: " + e.getMessage(), e);
        }
    }

    private static PrivateKey read(Path file) throws ProviderException {
        try {
            for (PemText.Block block : PemText.blocks(file, SecretFile.read(file, "file", LARGEST_KEY))) {
                Optional<PrivateKey> key = key(block);
                if (key.isPresent()) {
                    return key.get();
                }
            }
        } catch (ProviderException | IllegalArgumentException e) {
            throw new ProviderException("client-key " + file + " cannot be read: " + e.getMessage(), e);
        }
        throw new ProviderException(
                "client-key " + file + " (expected an RSA or P-256 key in PEM, PKCS #8, without password)");
    }

    private static Optional<PrivateKey> key(PemText.Block block) {
        if (!block.label().equals("PRIVATE KEY")) {
            return Optional.empty();
        }
        String base64 = block.text().replaceAll("-----[^-]*-----", "");
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        return Stream.of("RSA", "EC")
                .flatMap(algorithm -> generate(algorithm, spec).stream())
                .findFirst();
    }

    /** The key; empty when it is of another kind, or of a size that nobody uses. */
    private static Optional<PrivateKey> generate(String algorithm, PKCS8EncodedKeySpec spec) {
        try {
            PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(spec);
            return key instanceof RSAPrivateKey || isP256(key) ? Optional.of(key) : Optional.empty();
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private static boolean isP256(PrivateKey key) {
        return key instanceof ECPrivateKey ec
                && ec.getParams().getCurve().getField().getFieldSize() == 256;
    }

    @Override
    public String toString() {
        return "ClientCredentials[" + id + "]";
    }
}
