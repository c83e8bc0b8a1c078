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

/**
 * Knows whose a certificate is: by a list, or by a name in the certificate, which each authority may give to users of
 * its domains only. Immutable.
 */
final class CertificateUsers {
    private static final Pattern SHA256 = Pattern.compile("([0-9A-F]{2}:?){31}[0-9A-F]{2}");

    private static final Set<NameFrom> NAMES_WITHOUT_DOMAIN =
            Set.of(NameFrom.COMMON_NAME, NameFrom.USER_ID, NameFrom.DNS);

    private final List<Entry> entries;
    private final Optional<NameFrom> nameFrom;
    private final GroupsFrom groupsFrom;
    private final UserNames names;
    private final List<Authority> authorities;
    private final ToldGroups groups = new ToldGroups("organizational units of certificates");
    private final Set<Proof> proofs;

    /** A user of the list, and the mark by which a certificate is theirs. */
    private record Entry(UserNames.Name name, Set<String> groups, Mark mark) {}

    /** Whom the certificates below an authority may name. */
    private record Authority(X500Principal subject, UserNames names) {}

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

    private CertificateUsers(
            CertificateConfig config, UserNames names, List<Entry> entries, List<Authority> authorities) {
        this.entries = List.copyOf(entries);
        this.nameFrom = config.userFrom();
        this.groupsFrom = config.groupsFrom();
        this.names = names;
        this.authorities = List.copyOf(authorities);
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
        return new CertificateUsers(config, names, entries, authorities(config, context));
    }

    private static List<Authority> authorities(CertificateConfig config, ProviderContext context)
            throws ProviderException {
        List<Authority> authorities = new ArrayList<>();
        for (int i = 0; i < config.authority().size(); i++) {
            CertificateConfig.Authority one = config.authority().get(i);
            try {
                if (config.ca().isEmpty()) {
                    throw new ProviderException("there is no ca (expected the file with this authority)");
                }
                authorities.add(new Authority(
                        subject(one.subject()), UserNames.of(one.domains(), one.localUsers(), context.domains())));
            } catch (ProviderException e) {
                throw new ProviderException("authority[" + i + "]: " + e.getMessage(), e);
            }
        }
        return authorities;
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
     * @param path the authorities that vouch for it, its issuer first; none when only its digest counts
     * @throws RejectedException when it is nobody's, or when that is not clear
     */
    Identity identity(X509Certificate certificate, List<X509Certificate> path) throws RejectedException {
        Optional<Entry> listed =
                entries.stream().filter(entry -> entry.mark().isOf(certificate)).findFirst();
        if (listed.isPresent()) {
            if (listed.get().mark() instanceof Mark.Subject) {
                requireAllowed(listed.get().name(), limits(path));
            }
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
        return identity(named(name, limits(path)), told);
    }

    /** The limits of the authorities of a path, the nearest first; none where the configuration has none. */
    private List<Authority> limits(List<X509Certificate> path) throws RejectedException {
        List<Authority> found = path.stream()
                .flatMap(one ->
                        authorities.stream().filter(limit -> limit.subject().equals(one.getSubjectX500Principal())))
                .toList();
        if (found.isEmpty() && !authorities.isEmpty()) {
            throw RejectedException.refused("no authority of its path is one of [[auth.certificate.authority]]");
        }
        return found;
    }

    /** A name as the nearest authority means it. */
    private UserNames.Name named(String name, List<Authority> limits) throws RejectedException {
        if (limits.isEmpty()) {
            return names.parse(name);
        }
        UserNames.Name meant = limits.getFirst().names().parse(name);
        requireAllowed(meant, limits);
        return meant;
    }

    /** All authorities of the path, and the provider as a whole, must be allowed to name this user. */
    private void requireAllowed(UserNames.Name name, List<Authority> limits) throws RejectedException {
        String full = name.domain().map(domain -> domain + "\\" + name.user()).orElse(name.user());
        List<UserNames> all = new ArrayList<>(List.of(names));
        limits.forEach(limit -> all.add(limit.names()));
        for (UserNames each : all) {
            if (each.parse(full).domain().isPresent() != name.domain().isPresent()) {
                throw RejectedException.refused("user %s has no domain (expected local-users of its authority)"
                        .formatted(PrintableText.quoted(full)));
            }
        }
    }

    private Identity identity(UserNames.Name name, Set<String> named) {
        return name.identity(CertificateProviderFactory.NAME, CertificateProviderFactory.NAME, named, proofs);
    }
}
