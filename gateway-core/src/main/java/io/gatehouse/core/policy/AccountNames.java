package io.gatehouse.core.policy;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import java.text.Normalizer;
import java.util.Locale;

/**
 * How names of accounts are compared. A domain goes by the name that the configuration gives it, and case is ignored, so that a
 * rule, an audit line and a count of sessions mean the same account whatever the sign-in method called it.
 */
public final class AccountNames {
    private AccountNames() {}

    /** {@code identity} with its domain under the configuration's name; the user part as the validator spells it. */
    public static Identity canonical(Identity identity, Domains domains) {
        return identity.withDomain(identity.domain().map(domains::canonical));
    }

    /** Text that is equal for the same account, and differs between {@code DOMAIN\alice} and {@code alice} without domain. */
    public static String key(Identity identity) {
        return folded(identity.domain().orElse("")) + "\\" + folded(identity.user());
    }

    /** Composed Unicode in lower case, independent of the machine's language. */
    static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }
}
