package io.gatehouse.ldap;

import io.gatehouse.api.Domain;
import io.gatehouse.formats.text.PrintableText;
import java.util.Optional;

/**
 * A login name taken apart: {@code alice}, {@code CORP\alice}, {@code alice@corp.example.com}.
 *
 * @param account the account name without its domain; empty when only the whole is a name, a UPN with a suffix of its
 *     own
 * @param upn the whole, where it has the form of a user principal name
 */
record LoginForm(Optional<String> account, Optional<String> upn) {
    private static final int LONGEST = 256;

    /**
     * Reads a name as a client gave it.
     *
     * @param domain that of the directory; without one, names with a domain in front are nobody's
     * @return empty when the name belongs to another domain, or is no name
     */
    static Optional<LoginForm> read(String login, Optional<Domain> domain) {
        if (login.isBlank() || login.length() > LONGEST || !PrintableText.isPrintable(login)) {
            return Optional.empty();
        }
        int backslash = login.indexOf('\\');
        if (backslash >= 0) {
            String account = login.substring(backslash + 1);
            boolean ours = domain.filter(known -> known.isNamed(login.substring(0, backslash)))
                    .isPresent();
            return ours && !account.isBlank()
                    ? Optional.of(new LoginForm(Optional.of(account), Optional.empty()))
                    : Optional.empty();
        }
        int at = login.lastIndexOf('@');
        if (at < 0) {
            return Optional.of(new LoginForm(Optional.of(login), Optional.empty()));
        }
        if (at == 0 || at == login.length() - 1) {
            return Optional.empty();
        }
        boolean ours =
                domain.filter(known -> known.isNamed(login.substring(at + 1))).isPresent();
        return Optional.of(
                new LoginForm(ours ? Optional.of(login.substring(0, at)) : Optional.empty(), Optional.of(login)));
    }
}
