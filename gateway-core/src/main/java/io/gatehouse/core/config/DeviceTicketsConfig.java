package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.core.policy.SignInMethod;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.ticket.DeviceTicketSettings;
import io.gatehouse.core.ticket.DeviceTicketSettings.SessionProof;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * {@code [portal.device-tickets]}: users get {@code .rdp} files that are good for months, and open nothing without a
 * session at the portal or an approval.
 *
 * @param file keeps tickets over a restart. The gateway makes and writes it, for its own user alone. A gateway that
 *     cannot read it does not start
 * @param lasts how long a file is good, from when it was made. A change holds for new files
 * @param perUser tickets of one user at one time
 * @param session which sessions of the user at the portal open the desktop together with a file: {@code "same-address"}
 *     (those whose browser was seen last at the IPv4 address or the IPv6 /64 of the client), {@code "any-address"}
 *     (all), or {@code "none"}: each connection needs an <a href="approval.md">approval</a>
 * @param approvalLasts how long an approval is good for further connections with the file, from the same address
 * @param approvalMethods <a href="audit.md#sign-in-methods">sign-in methods</a> by which the user must have signed in
 *     at the portal, to approve or to have a session that counts. Default: all.
 * @param approvalMfa whether the user must have used a second factor at the portal, to approve or to have a session
 *     that counts
 * @param approvalWithoutNumber what becomes of <a href="approval.md#clients-that-show-no-number">clients that show no
 *     number</a>: {@code "ask"} or {@code "refuse"}; {@code "exempt"} is an error
 */
public record DeviceTicketsConfig(
        @ConfigDefault("device-tickets") Path file,

        @ConfigDefault("180d") @Range(min = "1h", max = "400d")
        Duration lasts,

        @ConfigDefault("20") @Range(min = "1", max = "100") int perUser,
        @ConfigDefault("same-address") SessionProof session,

        @ConfigDefault("15m") @Range(min = "1s") Duration approvalLasts,

        @ConfigDefault("[]") List<SignInMethod> approvalMethods,
        @ConfigDefault("false") boolean approvalMfa,
        @ConfigDefault("ask") WithoutNumber approvalWithoutNumber) {
    public DeviceTicketsConfig {
        approvalMethods = List.copyOf(approvalMethods);
    }

    DeviceTicketsConfig relocated(UnaryOperator<Path> place) {
        return new DeviceTicketsConfig(
                place.apply(file),
                lasts,
                perUser,
                session,
                approvalLasts,
                approvalMethods,
                approvalMfa,
                approvalWithoutNumber);
    }

    /** The same, ready to be used. */
    public DeviceTicketSettings settings() {
        return new DeviceTicketSettings(
                lasts,
                perUser,
                session,
                approvalLasts,
                approvalMethods.stream().map(SignInMethod::name).collect(Collectors.toSet()),
                approvalMfa,
                approvalWithoutNumber);
    }
}
