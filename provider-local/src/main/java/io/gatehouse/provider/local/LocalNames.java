package io.gatehouse.provider.local;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.OwnNames;
import java.text.Normalizer;
import java.util.Optional;

/**
 * Understands the forms of a user name that a client may send: {@code alice}, {@code .\alice}, {@code GATEWAY\alice},
 * {@code alice@gateway.example.com}. The gateway's own name as domain means a local account ({@link OwnNames}); every
 * other domain stays part of the name, and so does a realm after {@code @}: no local account has such a name, so it is
 * not known.
 */
final class LocalNames {
    private final OwnNames own;
    private final Domains domains;

    /**
     * Names for a gateway that clients know as {@code serverName}.
     *
     * @param domains those of others whose names are known
     */
    LocalNames(String serverName, Domains domains) {
        this.domains = domains;
        this.own = OwnNames.of(serverName);
    }

    /** What a client's text says. */
    LoginName read(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        int backslash = composed.indexOf('\\');
        if (backslash >= 0) {
            return own.includeDomain(composed.substring(0, backslash))
                    ? new LoginName(composed.substring(backslash + 1), true)
                    : new LoginName(composed, false);
        }
        int at = composed.lastIndexOf('@');
        return at > 0 && own.includeSuffix(composed.substring(at + 1))
                ? new LoginName(composed.substring(0, at), true)
                : new LoginName(composed, false);
    }

    /** The spelling under which guesses are counted: one for all names of a domain that the configuration names. */
    String claimed(LoginName name) {
        String text = name.text();
        int backslash = text.indexOf('\\');
        int at = text.lastIndexOf('@');
        Optional<Domain> domain = backslash >= 0
                ? domains.find(text.substring(0, backslash))
                : Optional.of(at).filter(index -> index >= 0).flatMap(index -> domains.find(text.substring(index + 1)));
        String user = backslash >= 0 ? text.substring(backslash + 1) : at >= 0 ? text.substring(0, at) : text;
        return Account.normalise(domain.map(known -> known.name() + "\\" + user).orElse(text));
    }
}
