package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.HttpsUrl;
import io.gatehouse.core.net.ListenAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code [acme]}: certificates from an ACME server (RFC 8555), for the listeners with {@code tls = { acme = true }}.
 *
 * @param directory the URL of the server's directory; that of Let's Encrypt unless you set another
 * @param ca PEM: the authorities of a private ACME server. Default: those of the Java runtime.
 * @param email where the server may write to
 * @param agreeToTerms must be {@code true}: you agree to the terms of service of the server
 * @param names the DNS names of the certificate. Empty: that of {@code [server]}
 * @param challenge how the gateway proves that it has the names: {@code "tls-alpn-01"} at the listener itself (port
 *     443), or {@code "http-01"} over plain HTTP (port 80)
 * @param httpAddress where {@code http-01} is answered, and nothing else
 * @param keyType the key of the certificate
 * @param eabKid the identifier of an account that the authority has made elsewhere (external account binding)
 * @param eabHmacKey its key, in base64url as authorities hand it out
 * @param state the folder for the certificate, its key and the key of the account. The gateway makes it, and must be
 *     able to write there
 */
public record AcmeConfig(
        @ConfigDefault(AcmeConfig.LETS_ENCRYPT) HttpsUrl directory,

        Optional<Path> ca,
        @OneLine(254) Optional<String> email,
        @ConfigDefault("false") boolean agreeToTerms,
        @ConfigDefault("[]") List<HostName> names,
        @ConfigDefault("tls-alpn-01") AcmeChallenge challenge,
        @ConfigDefault(":80") ListenAddress httpAddress,
        @ConfigDefault("rsa2048") AcmeKeyType keyType,
        @OneLine(512) Optional<String> eabKid,
        Optional<Secret> eabHmacKey,
        @ConfigDefault("acme") Path state) {
    /** The directory of Let's Encrypt. */
    public static final String LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

    public AcmeConfig {
        names = List.copyOf(names);
    }

    /** The certificate with its chain and its key, in one file, so that both change together. */
    public Path certificate() {
        return state.resolve("certificate.pem");
    }
}
