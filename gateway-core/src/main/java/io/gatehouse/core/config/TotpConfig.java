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
 * @param file keeps keys, recovery codes and what was used; the gateway writes it
 * @param everyone whether nobody signs in without one
 * @param groups group names or SIDs whose members do not
 * @param enrolment who may set one up
 * @param algorithm of new keys
 * @param digits of the codes of new keys
 * @param issuer what apps call the gateway; the title of the portal when absent
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
