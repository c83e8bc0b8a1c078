package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Domains;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.GroupName;
import io.gatehouse.core.totp.EnrolmentMode;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpAlgorithm;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * {@code [portal.totp]}: one-time codes (RFC 6238) as second factor of users who sign in at the portal with a password
 * or a Kerberos ticket.
 *
 * @param file keeps keys, recovery codes and what was used, see <a href="totp.md#the-file">the file</a>. The gateway
 *     makes and writes it, so its folder must belong to the gateway's user
 * @param everyone whether no user signs in without a second factor
 * @param groups groups or SIDs whose members do not, written <a href="rules.md#how-rules-name-groups">as in rules</a>
 * @param enrolment who may set up an app, see <a href="totp.md#enrolment">enrolment</a>
 * @param algorithm the hash function of new keys: {@code "sha1"}, {@code "sha256"} or {@code "sha512"}. Many apps know
 *     SHA-1 only, and some compute wrong codes for the others without saying so. One-time codes do not depend on the
 *     weakness of SHA-1
 * @param digits digits of the codes of new keys, 6 to 8. Many apps know 6 only
 * @param issuer what apps call the gateway; no colon. Default: the title of the portal.
 */
public record TotpConfig(
        @ConfigDefault("totp") Path file,
        @ConfigDefault("false") boolean everyone,
        @ConfigDefault("[]") List<GroupName> groups,
        @ConfigDefault("ticket") EnrolmentMode enrolment,
        @ConfigDefault("sha1") TotpAlgorithm algorithm,
        @ConfigDefault("6") @Range(min = "6", max = "8") int digits,
        @OneLine(64) Optional<String> issuer) {
    public TotpConfig {
        groups = List.copyOf(groups);
    }

    TotpConfig relocated(UnaryOperator<Path> place) {
        return new TotpConfig(place.apply(file), everyone, groups, enrolment, algorithm, digits, issuer);
    }

    /**
     * The same, ready to be used.
     *
     * @param title of the portal
     */
    public SecondFactors.Settings settings(Domains domains, String title) {
        return new SecondFactors.Settings(
                everyone,
                new AccountSelection(
                        List.of(),
                        groups.stream().map(group -> group.in(domains)).collect(Collectors.toSet())),
                enrolment,
                algorithm,
                digits,
                issuer.orElse(title.replace(":", "")));
    }
}
