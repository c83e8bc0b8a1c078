package io.gatehouse.provider.local;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.account.Account;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Understands the forms of a user name that a client may send: {@code alice}, {@code .\alice}, {@code GATEWAY\alice}. The
 * gateway's own name as domain means a local account; every other domain stays part of the name, and so does a realm after
 * {@code @}: no local account has such a name, so it is not known.
 */
final class LocalNames {
    private final Set<String> ownDomains;
    private final Domains domains;

    /**
     * Names for a gateway that clients know as {@code serverName}: its first label and the whole of it are own domains.
     *
     * @param domains those of others whose names are known
     */
    LocalNames(String serverName, Domains domains) {
        this.domains = domains;
        String name = serverName.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        String label = dot > 0 ? name.substring(0, dot) : name;
        this.ownDomains = label.equals(name) ? Set.of(".", name) : Set.of(".", label, name);
    }

    /** What a client's text says. */
    LoginName read(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        int backslash = composed.indexOf('\\');
        boolean own = backslash > 0
                && ownDomains.contains(composed.substring(0, backslash).toLowerCase(Locale.ROOT));
        return new LoginName(own ? composed.substring(backslash + 1) : composed, own);
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
