package io.gatehouse.provider.certificate;

import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.WebRequest;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.CertificateText;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges certificates of clients. Safe for use by many threads. */
final class ClientCertificateMechanism implements CertificateMechanism, AutoCloseable {
    /** RFC 5280 4.2.1.12: id-kp-clientAuth. */
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private static final int DIGITAL_SIGNATURE = 0;
    /** With the client's own. Paths are searched before anybody is known, and the search grows with what they sent. */
    static final int LONGEST_CHAIN = 4;

    private final Clock clock;
    private final Optional<ClientAuthorities> authorities;
    private final CertificateUsers users;
    private final Optional<CertificateHeader> header;
    private final boolean signsIn;

    ClientCertificateMechanism(
            CertificateConfig config,
            Clock clock,
            Optional<ClientAuthorities> authorities,
            CertificateUsers users,
            Optional<CertificateHeader> header) {
        this.clock = clock;
        this.authorities = authorities;
        this.users = users;
        this.header = header;
        this.signsIn = config.signIn();
    }

    @Override
    public String name() {
        return CertificateProviderFactory.NAME;
    }

    @Override
    public boolean signsIn() {
        return signsIn;
    }

    @Override
    public List<X509Certificate> authorities() {
        return authorities.map(ClientAuthorities::certificates).orElse(List.of());
    }

    @Override
    public Optional<Outcome> assess(WebRequest request) {
        try {
            List<X509Certificate> chain = presented(request);
            return chain.isEmpty() ? Optional.empty() : Optional.of(judge(chain));
        } catch (RejectedException rejected) {
            return Optional.of(rejected.rejection());
        }
    }

    @Override
    public List<X509Certificate> certificates(WebRequest request) {
        try {
            return presented(request);
        } catch (RejectedException _) {
            return List.of();
        }
    }

    private List<X509Certificate> presented(WebRequest request) throws RejectedException {
        return header.isPresent() && header.get().isIn(request)
                ? header.get().certificates(request)
                : request.certificates();
    }

    @Override
    public Outcome judge(List<X509Certificate> chain) {
        try {
            return Outcome.Accepted.of(identity(chain));
        } catch (RejectedException rejected) {
            Outcome.Rejected rejection = rejected.rejection();
            return new Outcome.Rejected(
                    rejection.reason(), CertificateText.of(chain.getFirst()) + ": " + rejection.detail());
        }
    }

    private Identity identity(List<X509Certificate> chain) throws RejectedException {
        if (chain.size() > LONGEST_CHAIN) {
            throw RejectedException.refused(
                    "came with %d certificates (expected at most %d)".formatted(chain.size() - 1, LONGEST_CHAIN - 1));
        }
        X509Certificate certificate = chain.getFirst();
        requireTime(certificate);
        requireUsage(certificate);
        if (authorities.isPresent()) {
            return users.identity(certificate, authorities.get().check(chain));
        }
        if (!users.isPinned(certificate)) {
            throw new RejectedException(Reason.NOT_KNOWN, "is not one of [[auth.certificate.user]]");
        }
        return users.identity(certificate, List.of());
    }

    private void requireTime(X509Certificate certificate) throws RejectedException {
        Instant now = clock.instant();
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            throw new RejectedException(Reason.EXPIRED, "expired on " + end);
        }
        if (now.isBefore(begin)) {
            throw RejectedException.refused("is not valid before " + begin);
        }
    }

    /** A server's certificate must not sign in whoever has the server's key. */
    private void requireUsage(X509Certificate certificate) throws RejectedException {
        boolean @Nullable [] usage = certificate.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw RejectedException.refused("has a key that is not for signatures (keyUsage without digitalSignature)");
        }
        @Nullable List<String> extended;
        try {
            extended = certificate.getExtendedKeyUsage();
        } catch (CertificateParsingException _) {
            throw new RejectedException(Reason.MALFORMED, "has an extendedKeyUsage that cannot be read");
        }
        // One that a digest names may say nothing or call itself an authority, as those that users make themselves.
        boolean isSelfMade = authorities.isEmpty() && users.isPinned(certificate);
        if (certificate.getBasicConstraints() >= 0 && !isSelfMade) {
            throw RejectedException.refused("is one of an authority (expected a client's, basicConstraints CA:FALSE)");
        }
        if (extended == null ? !isSelfMade : !extended.contains(CLIENT_AUTHENTICATION)) {
            throw RejectedException.refused("is not for clients (extendedKeyUsage without clientAuth)");
        }
    }

    @Override
    public void close() {
        authorities.ifPresent(ClientAuthorities::close);
    }
}
