package io.gatehouse.core.ticket;

import io.gatehouse.core.policy.WithoutNumber;
import java.time.Duration;
import java.util.Set;

/**
 * How tickets are made, and what opens a desktop together with one.
 *
 * @param lasts how long a ticket is good
 * @param perUser tickets of one user at one time
 * @param session which sessions at the portal open desktops together with a ticket
 * @param approvalLasts how long an approval is good for further connections by the ticket
 * @param approvalMethods sign-in methods at the portal, lower case; empty for all
 * @param approvalMultiFactor whether a second factor is needed for each way in
 * @param withoutNumber what becomes of clients that show no number; never {@link WithoutNumber#EXEMPT}
 */
public record DeviceTicketSettings(
        Duration lasts,
        int perUser,
        SessionProof session,
        Duration approvalLasts,
        Set<String> approvalMethods,
        boolean approvalMultiFactor,
        WithoutNumber withoutNumber) {
    public DeviceTicketSettings {
        approvalMethods = Set.copyOf(approvalMethods);
        if (withoutNumber == WithoutNumber.EXEMPT) {
            throw new IllegalArgumentException("a ticket that opens something by itself");
        }
    }

    /** Which sessions of the user at the portal open desktops together with a ticket. */
    public enum SessionProof {
        /** Those whose browser was last seen at the source of the client: its IPv4 address, or its IPv6 /64. */
        SAME_ADDRESS,
        /** All. */
        ANY_ADDRESS,
        /** None: each way in needs an approval. */
        NONE
    }
}
