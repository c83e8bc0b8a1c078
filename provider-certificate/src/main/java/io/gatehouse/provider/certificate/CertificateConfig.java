package io.gatehouse.provider.certificate;

import io.gatehouse.api.ConfigDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code [auth.certificate]}.
 *
 * @param ca PEM file of the authorities that certificates of clients come from; read again when it changes. Without it
 *     only certificates that {@code user} names by a digest are accepted
 * @param crl PEM files with certificate revocation lists of these authorities; read again when they change
 * @param ocsp whether the responder of the authority is asked about each certificate
 * @param ocspResponder the address of the responder, instead of the one in the certificate
 * @param ocspSigner PEM file of the certificate that signs the responder's answers, when the authority has not issued
 *     it
 * @param ocspTimeout how long an answer is waited for
 * @param userFrom what in a certificate is the user's name; only users of {@code user} when absent
 * @param groupsFrom what in a certificate names the groups
 * @param domains the domains whose users may sign in; users without a domain belong to the first
 * @param localUsers whether users without a domain are accounts of the gateway's own
 * @param signIn whether a certificate alone signs its user in at the portal
 * @param multiFactor whether a certificate counts as two factors by itself, as one on a smart card with a PIN does
 * @param user {@code [[auth.certificate.user]]}: certificates and whose they are
 * @param authority {@code [[auth.certificate.authority]]}: which authorities may name users of which domains; any may
 *     name all when there is none
 * @param header {@code [auth.certificate.header]}: where trusted proxies hand certificates on; nowhere when absent
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
     * @param name the user's name
     * @param subject the subject of a certificate of {@code ca}, {@code CN=Alice,O=Example}
     * @param certificateSha256 SHA-256 of the certificate, in hexadecimal
     * @param publicKeySha256 SHA-256 of its public key (SubjectPublicKeyInfo), in hexadecimal
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
     * @param subject of the authority, {@code CN=Example CA,O=Example}
     * @param domains the domains of their users; users without a domain belong to the first
     * @param localUsers whether users without a domain are accounts of the gateway's own
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
     * @param format how the proxy writes certificates
     * @param name the header with the client's certificate
     * @param chain the header with the certificates of its chain, in the format of RFC 9440
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
