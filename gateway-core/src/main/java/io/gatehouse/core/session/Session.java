package io.gatehouse.core.session;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An open channel of a user to a target, as it was at one moment.
 *
 * @param id tells it from all others and cannot be guessed. It is the id of its tunnel, which has one channel at a time
 * @param correlationId ties it to audit and log lines; the client chose it, so it is no id
 * @param user who signed in, and how
 * @param client where the user comes from
 * @param transport {@code websocket} or {@code dual-channel}
 * @param target the target as the rule saw it
 * @param address the address that was connected to
 * @param rule the name of the rule that allowed it
 * @param approval by which it was opened, where its rule asks for one
 * @param since when its channel was opened
 * @param idle how long the client has sent nothing for the target
 * @param bytesToTarget what the client sent
 * @param bytesToClient what the target sent
 */
public record Session(
        String id,
        String correlationId,
        Identity user,
        Client client,
        String transport,
        Target target,
        InetAddress address,
        String rule,
        Optional<GivenApproval> approval,
        Instant since,
        Duration idle,
        long bytesToTarget,
        long bytesToClient) {

    /**
     * What is known of the client. Only its address is verified.
     *
     * @param address behind a trusted proxy the one that the proxy reports
     * @param name the machine name of TUNNEL_AUTH
     * @param userAgent the HTTP header; empty when there was none
     * @param offered the capability bits of TUNNEL_CREATE, as they were sent
     * @param showsMessages whether it takes service messages
     */
    public record Client(
            InetAddress address,
            Optional<String> name,
            Optional<String> userAgent,
            int offered,
            boolean showsMessages) {}
}
