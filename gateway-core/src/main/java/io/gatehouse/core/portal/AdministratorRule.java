package io.gatehouse.core.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.policy.AccountSelection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a role in the admin area of the portal.
 *
 * @param role what they may do
 * @param accounts who; nobody when it names nobody
 * @param methods by which they must have signed in, lower case; empty for all
 * @param multiFactor whether more than one factor must have been used
 */
public record AdministratorRule(AdminRole role, AccountSelection accounts, Set<String> methods, boolean multiFactor) {
    public AdministratorRule {
        methods = Set.copyOf(methods);
    }

    private boolean includes(Identity identity) {
        return accounts.includes(identity)
                && (methods.isEmpty() || methods.contains(identity.method().toLowerCase(Locale.ROOT)))
                && (!multiFactor || identity.proofs().contains(Identity.Proof.MULTI_FACTOR));
    }

    /** The most powerful role that {@code rules} give to {@code identity}; empty when none gives one. */
    public static Optional<AdminRole> role(List<AdministratorRule> rules, Identity identity) {
        return rules.stream()
                .filter(rule -> rule.includes(identity))
                .map(AdministratorRule::role)
                .max(Comparator.naturalOrder());
    }
}
