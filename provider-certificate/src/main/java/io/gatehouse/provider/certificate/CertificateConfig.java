package io.gatehouse.provider.certificate;

import io.gatehouse.api.ConfigDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code [auth.certificate]}.
 *
 * @param ca PEM: the authorities (CA) whose certificates are accepted, <a href="auth-certificate.md#authorities">roots
 *     and intermediates</a>. Each of them may name any user of all {@code domains}, unless {@code authority} <a
 *     href="auth-certificate.md#authorities-and-domains">says which</a>. Without {@code ca}, only certificates that
 *     {@code [[auth.certificate.user]]} names by a digest are accepted
 * @param crl certificate revocation lists, PEM or DER. Every certificate needs a current list of its issuer, and a list
 *     that is missing or older than its {@code nextUpdate} (by more than 15 minutes) refuses all certificates of the
 *     issuer. So do intermediate authorities, unless the path <a href="auth-certificate.md#authorities">ends</a> at
 *     them
 * @param ocsp {@code "hard-fail"}: the OCSP responder of the authority must say that the certificate is good. {@code
 *     "soft-fail"}: a certificate is refused if the responder says that it is revoked, and accepted if there is no
 *     answer; the log has a warning then. Intermediate authorities are checked by {@code crl} only
 * @param ocspResponder the address of the responder, {@code "http://ocsp.example.com/"}. Default: the address in the
 *     certificate.
 * @param ocspSigner PEM: the certificate that signs the responder's answers, if neither the authority nor a certificate
 *     of it for this purpose does so
 * @param ocspTimeout how long the gateway waits for an answer, at most {@code 20s}
 * @param userFrom the user's name in the certificate: {@code "upn"} (user principal name, {@code
 *     1.3.6.1.4.1.311.20.2.3}), {@code "email"} or {@code "dns"} of the subject alternative name, {@code "common-name"}
 *     or {@code "user-id"} (UID) of the subject. A certificate with none or with several of them is refused, and so is
 *     a common name, UID or DNS name with {@code \} or {@code @}: only {@code "upn"} and {@code "email"} name a domain.
 *     Without it, only users of {@code [[auth.certificate.user]]} can sign in
 * @param groupsFrom {@code "organizational-unit"}: the OUs of the subject are groups of the user's domain
 * @param domains the domains whose users may sign in. Users without a domain belong to the first
 * @param localUsers users without a domain are accounts without a domain, as those of the account file
 * @param signIn {@code false}: a certificate alone does not sign in at the portal, and is a second factor only
 * @param multiFactor {@code true}: a certificate counts as two factors by itself. Only if all keys are on smart cards
 *     that ask for a PIN
 * @param user {@code [[auth.certificate.user]]}, certificates and the users that they belong to
 * @param authority {@code [[auth.certificate.authority]]}, which authorities may name users of <a
 *     href="auth-certificate.md#authorities-and-domains">which domains</a>. Without it, any may name all
 * @param header {@code [auth.certificate.header]}, where trusted proxies <a
 *     href="auth-certificate.md#from-a-reverse-proxy">hand certificates on</a>. Without it, headers are not read
 */
public record CertificateConfig(
        Optional<Path> ca,
        @ConfigDefault("[]") List<Path> crl,
        @ConfigDefault("off") Ocsp ocsp,
        Optional<String> ocspResponder,
        Optional<Path> ocspSigner,
        @ConfigDefault("5s") Duration ocspTimeout,
        Optional<NameFrom> userFrom,
        @ConfigDefault("none") GroupsFrom groupsFrom,
        @ConfigDefault("[]") List<String> domains,
        @ConfigDefault("false") boolean localUsers,
        @ConfigDefault("true") boolean signIn,
        @ConfigDefault("false") boolean multiFactor,
        @ConfigDefault("[]") List<User> user,
        @ConfigDefault("[]") List<Authority> authority,
        Optional<Header> header) {
    public CertificateConfig {
        crl = List.copyOf(crl);
        domains = List.copyOf(domains);
        user = List.copyOf(user);
        authority = List.copyOf(authority);
    }

    /** Whether the responder is asked, and what its silence means. */
    public enum Ocsp {
        /** It is not asked. */
        OFF,
        /** A certificate of which the responder says nothing is accepted. */
        SOFT_FAIL,
        /** A certificate of which the responder says nothing is refused. */
        HARD_FAIL
    }

    /** What in a certificate is the user's name. */
    public enum NameFrom {
        /** The user principal name in the subject alternative name, as smart cards of Windows domains have it. */
        UPN,
        /** The e-mail address in the subject alternative name. */
        EMAIL,
        /** The DNS name in the subject alternative name, for computers. */
        DNS,
        /** The common name of the subject. */
        COMMON_NAME,
        /** The attribute UID of the subject. */
        USER_ID
    }

    /** What in a certificate names the groups. */
    public enum GroupsFrom {
        /** Nothing. */
        NONE,
        /** The organizational units (OU) of the subject. */
        ORGANIZATIONAL_UNIT
    }

    /**
     * {@code [[auth.certificate.user]]}: certificates of one user, by one of three marks.
     *
     * @param name {@code "alice"}, {@code 'CORP\alice'} or {@code "alice@example.com"}
     * @param subject the subject of a certificate, whichever authority of {@code ca} issued it: {@code
     *     "CN=Alice,O=Example"}. One of this and the two digests is needed
     * @param certificateSha256 SHA-256 of the certificate: {@code openssl x509 -in alice.pem -noout -fingerprint
     *     -sha256}
     * @param publicKeySha256 SHA-256 of its public key, which stays the same when the certificate is renewed with the
     *     same key: {@code openssl x509 -in alice.pem -noout -pubkey | openssl pkey -pubin -outform der | sha256sum}
     * @param groups the user's groups
     */
    public record User(
            String name,
            Optional<String> subject,
            Optional<String> certificateSha256,
            Optional<String> publicKeySha256,
            @ConfigDefault("[]") List<String> groups) {
        public User {
            groups = List.copyOf(groups);
        }
    }

    /**
     * {@code [[auth.certificate.authority]]}: whom the certificates below one authority may name.
     *
     * @param subject the subject of a root or of an intermediate authority: {@code openssl x509 -in ca.pem -noout
     *     -subject -nameopt RFC2253}
     * @param domains the domains of the users that it may name, among the {@code domains} of {@code
     *     [auth.certificate]}. Users without a domain belong to the first
     * @param localUsers whether users without a domain are accounts without a domain; {@code local-users} of {@code
     *     [auth.certificate]} is needed as well
     */
    public record Authority(
            String subject,
            @ConfigDefault("[]") List<String> domains,
            @ConfigDefault("false") boolean localUsers) {
        public Authority {
            domains = List.copyOf(domains);
        }
    }

    /**
     * {@code [auth.certificate.header]}.
     *
     * @param format {@code "rfc9440"}: {@code :BASE64:} (RFC 9440). {@code "pem"}: PEM with percent signs, as nginx'
     *     {@code $ssl_client_escaped_cert}. {@code "der"}: base64 of DER, as HAProxy's {@code %[ssl_c_der,base64]},
     *     Caddy's {@code certificate_der_base64} and Traefik's {@code X-Forwarded-Tls-Client-Cert}
     * @param name the header
     * @param chain the header with the intermediate certificates in the format of RFC 9440, {@code
     *     "Client-Cert-Chain"}. In the other formats they stand behind the certificate
     */
    public record Header(
            @ConfigDefault("rfc9440") HeaderFormat format,
            @ConfigDefault("Client-Cert") String name,
            Optional<String> chain) {}

    /** How proxies write certificates into headers. */
    public enum HeaderFormat {
        /** {@code :BASE64:}, a byte sequence of RFC 8941. */
        RFC9440,
        /** PEM, with percent signs for what no header may have, as nginx and AWS load balancers write it. */
        PEM,
        /** Base64 of DER, as HAProxy and Caddy write it; further ones of the chain behind commas, as Traefik does. */
        DER
    }
}
