package io.gatehouse.provider.certificate;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.digest.Digests;
import io.gatehouse.formats.digest.Thumbprints;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.ToldGroups;
import io.gatehouse.jwt.UserNames;
import io.gatehouse.provider.certificate.CertificateConfig.GroupsFrom;
import io.gatehouse.provider.certificate.CertificateConfig.NameFrom;
import io.gatehouse.provider.certificate.CertificateConfig.User;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/** Knows whose a certificate is: by a list, or by a name in the certificate. Immutable. */
final class CertificateUsers {
    private static final Pattern SHA256 = Pattern.compile("([0-9A-F]{2}:?){31}[0-9A-F]{2}");

    private static final Set<NameFrom> NAMES_WITHOUT_DOMAIN =
            Set.of(NameFrom.COMMON_NAME, NameFrom.USER_ID, NameFrom.DNS);

    private final List<Entry> entries;
    private final Optional<NameFrom> nameFrom;
    private final GroupsFrom groupsFrom;
    private final UserNames names;
    private final ToldGroups groups = new ToldGroups("organizational units of certificates");
    private final Set<Proof> proofs;

    /** A user of the list, and the mark by which a certificate is theirs. */
    private record Entry(UserNames.Name name, Set<String> groups, Mark mark) {}

    private sealed interface Mark {
        record Subject(X500Principal name) implements Mark {}

        record Certificate(String sha256) implements Mark {}

        record PublicKey(String sha256) implements Mark {}

        default boolean isOf(X509Certificate certificate) {
            return switch (this) {
                case Subject(X500Principal name) -> name.equals(certificate.getSubjectX500Principal());
                case Certificate(String sha256) -> sha256.equals(Thumbprints.sha256(certificate));
                case PublicKey(String sha256) ->
                    sha256.equals(HexFormat.of()
                            .withUpperCase()
                            .formatHex(Digests.sha256(certificate.getPublicKey().getEncoded())));
            };
        }
    }

    private CertificateUsers(CertificateConfig config, UserNames names, List<Entry> entries) {
        this.entries = List.copyOf(entries);
        this.nameFrom = config.userFrom();
        this.groupsFrom = config.groupsFrom();
        this.names = names;
        this.proofs = config.multiFactor() ? Set.of(Proof.MULTI_FACTOR) : Set.of();
    }

    /** The users of a configuration. */
    static CertificateUsers of(CertificateConfig config, ProviderContext context) throws ProviderException {
        if (config.userFrom().isEmpty() && config.user().isEmpty()) {
            throw new ProviderException("nobody can sign in (expected user-from, or [[auth.certificate.user]])");
        }
        UserNames names = UserNames.of(config.domains(), config.localUsers(), context.domains());
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < config.user().size(); i++) {
            try {
                entries.add(entry(config.user().get(i), names, config.ca().isPresent()));
            } catch (ProviderException e) {
                throw new ProviderException("user[" + i + "]: " + e.getMessage(), e);
            } catch (RejectedException e) {
                throw new ProviderException("user[" + i + "]: name: " + e.getMessage(), e);
            }
        }
        return new CertificateUsers(config, names, entries);
    }

    private static Entry entry(User user, UserNames names, boolean hasAuthorities)
            throws ProviderException, RejectedException {
        List<Mark> marks = new ArrayList<>();
        if (user.subject().isPresent()) {
            if (!hasAuthorities) {
                throw new ProviderException("subject without ca: anybody can write any subject into a certificate"
                        + " (expected ca, or certificate-sha256 or public-key-sha256)");
            }
            marks.add(new Mark.Subject(subject(user.subject().get())));
        }
        if (user.certificateSha256().isPresent()) {
            marks.add(new Mark.Certificate(
                    sha256("certificate-sha256", user.certificateSha256().get())));
        }
        if (user.publicKeySha256().isPresent()) {
            marks.add(new Mark.PublicKey(
                    sha256("public-key-sha256", user.publicKeySha256().get())));
        }
        if (marks.size() != 1) {
            throw new ProviderException(marks.size() + " marks of the certificate (expected one of subject,"
                    + " certificate-sha256 and public-key-sha256)");
        }
        return new Entry(names.parse(user.name()), Set.copyOf(user.groups()), marks.getFirst());
    }

    private static X500Principal subject(String text) throws ProviderException {
        try {
            return new X500Principal(text);
        } catch (IllegalArgumentException _) {
            throw new ProviderException(
                    "subject " + PrintableText.quoted(text) + " (expected a distinguished name: CN=Alice,O=Example)");
        }
    }

    private static String sha256(String key, String text) throws ProviderException {
        String upper = text.toUpperCase(Locale.ROOT);
        if (!SHA256.matcher(upper).matches()) {
            throw new ProviderException(key + " " + PrintableText.quoted(text)
                    + " (expected 64 hexadecimal digits, with or without colons)");
        }
        return upper.replace(":", "");
    }

    /** Whether the list names {@code certificate} by a digest. */
    boolean isPinned(X509Certificate certificate) {
        return entries.stream()
                .anyMatch(entry ->
                        !(entry.mark() instanceof Mark.Subject) && entry.mark().isOf(certificate));
    }

    /**
     * Whose {@code certificate} is.
     *
     * @throws RejectedException when it is nobody's, or when that is not clear
     */
    Identity identity(X509Certificate certificate) throws RejectedException {
        Optional<Entry> listed =
                entries.stream().filter(entry -> entry.mark().isOf(certificate)).findFirst();
        if (listed.isPresent()) {
            return identity(listed.get().name(), listed.get().groups());
        }
        if (nameFrom.isEmpty()) {
            throw new RejectedException(Reason.NOT_KNOWN, "is not one of [[auth.certificate.user]]");
        }
        String name = CertificateNames.only(certificate, nameFrom.get());
        if (NAMES_WITHOUT_DOMAIN.contains(nameFrom.get()) && (name.indexOf('\\') >= 0 || name.indexOf('@') >= 0)) {
            throw RejectedException.refused(
                    "has the name %s (expected no domain in it)".formatted(PrintableText.quoted(name)));
        }
        Set<String> told = groupsFrom == GroupsFrom.ORGANIZATIONAL_UNIT
                ? groups.of(CertificateNames.organizationalUnits(certificate))
                : Set.of();
        return identity(names.parse(name), told);
    }

    private Identity identity(UserNames.Name name, Set<String> named) {
        return name.identity(CertificateProviderFactory.NAME, CertificateProviderFactory.NAME, named, proofs);
    }
}
