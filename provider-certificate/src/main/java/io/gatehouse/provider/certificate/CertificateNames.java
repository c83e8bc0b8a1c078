package io.gatehouse.provider.certificate;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.provider.certificate.CertificateConfig.NameFrom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Reads the names in a certificate. */
final class CertificateNames {
    /** [MS-WCCE] 2.2.2.7.7.4: the user principal name as another name. */
    private static final String UPN = "1.3.6.1.4.1.311.20.2.3";

    private static final int OTHER_NAME = 0;
    private static final int EMAIL = 1;
    private static final int DNS = 2;

    private CertificateNames() {}

    /**
     * The one name of a kind.
     *
     * @throws RejectedException when there is none, or more than one: nobody can say which is the user's
     */
    static String only(X509Certificate certificate, NameFrom kind) throws RejectedException {
        Set<String> names = new LinkedHashSet<>(
                switch (kind) {
                    case UPN -> alternatives(certificate, OTHER_NAME);
                    case EMAIL -> alternatives(certificate, EMAIL);
                    case DNS -> alternatives(certificate, DNS);
                    case COMMON_NAME -> attributes(certificate, "CN");
                    case USER_ID -> attributes(certificate, "UID");
                });
        if (names.size() != 1) {
            throw RejectedException.refused("has %d names of the kind user-from = \"%s\" (expected one)"
                    .formatted(
                            names.size(), kind.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        return names.iterator().next();
    }

    static List<String> organizationalUnits(X509Certificate certificate) throws RejectedException {
        return attributes(certificate, "OU");
    }

    private static List<String> alternatives(X509Certificate certificate, int kind) throws RejectedException {
        List<String> names = new ArrayList<>();
        try {
            @Nullable Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives == null) {
                return names;
            }
            for (List<?> alternative : alternatives) {
                if (!Integer.valueOf(kind).equals(alternative.getFirst())) {
                    continue;
                }
                if (kind != OTHER_NAME) {
                    names.add(String.valueOf(alternative.get(1)));
                } else if (alternative.size() == 4
                        && UPN.equals(alternative.get(2))
                        && alternative.get(3) instanceof String name) {
                    names.add(name);
                }
            }
            return names;
        } catch (CertificateParsingException _) {
            throw new RejectedException(Reason.MALFORMED, "has a subject alternative name that cannot be read");
        }
    }

    private static List<String> attributes(X509Certificate certificate, String type) throws RejectedException {
        List<String> values = new ArrayList<>();
        try {
            LdapName subject =
                    new LdapName(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
            for (Rdn part : subject.getRdns()) {
                @Nullable Attribute attribute = part.toAttributes().get(type);
                if (attribute != null) {
                    NamingEnumeration<?> all = attribute.getAll();
                    while (all.hasMore()) {
                        if (all.next() instanceof String value) {
                            values.add(value);
                        }
                    }
                }
            }
            return values;
        } catch (NamingException _) {
            throw new RejectedException(Reason.MALFORMED, "has a subject that cannot be read");
        }
    }
}
