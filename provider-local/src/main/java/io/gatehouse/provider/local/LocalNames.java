package io.gatehouse.provider.local;

import io.gatehouse.api.account.Account;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * Understands the forms of a user name that a client may send: {@code alice}, {@code .\alice}, {@code GATEWAY\alice}. The
 * gateway's own name as domain means a local account; every other domain stays part of the name, and so does a realm after
 * {@code @}: no local account has such a name, so it is not known.
 */
final class LocalNames {
    private final Set<String> ownDomains;

    /** Names for a gateway that clients know as {@code serverName}: its first label and the whole of it are own domains. */
    LocalNames(String serverName) {
        String name = serverName.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        String label = dot > 0 ? name.substring(0, dot) : name;
        this.ownDomains = label.equals(name) ? Set.of(".", name) : Set.of(".", label, name);
    }

    /** The name without a domain that means this gateway, in composed Unicode form. */
    String withoutOwnDomain(String name) {
        String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
        int backslash = composed.indexOf('\\');
        boolean own = backslash > 0
                && ownDomains.contains(composed.substring(0, backslash).toLowerCase(Locale.ROOT));
        return own ? composed.substring(backslash + 1) : composed;
    }

    /** The spelling under which guesses for a name without own domain are counted. */
    static String claimed(String name) {
        return Account.normalise(name);
    }
}
