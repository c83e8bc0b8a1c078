package io.gatehouse.dist.doctor;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.GatewayRefusedException;
import io.gatehouse.client.ResponseHead;
import io.gatehouse.client.Transport;
import io.gatehouse.client.UpgradeMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far a client gets that announces a sign-in inside the tunnel (MS-TSGU 3.3.5.1) and never makes it: both
 * transports open, and the gateway answers the first packet. So proxies can be examined without an account.
 *
 * @param credentials what is announced; empty when the gateway lets nobody in before a sign-in by HTTP
 * @param answer how the upgrade to WebSocket was answered; empty when it was made
 */
record AnonymousEntry(Optional<Credentials> credentials, Optional<ResponseHead> answer) {
    /** Never sent: a token travels after the handshake, and there is none. */
    private static final Secret NOT_SENT = Secret.ofText("not sent");

    private static final List<Credentials> ANNOUNCED =
            List.of(new Credentials.PaaCookie(NOT_SENT), Credentials.tunnelNtlm("not-sent", "not sent"));

    /** Tries at {@code address}, with tokens first. */
    static AnonymousEntry at(PublicAddress address, Duration patience) throws IOException {
        Optional<ResponseHead> last = Optional.empty();
        for (Credentials credentials : ANNOUNCED) {
            try (GatewayClient client =
                    address.client(Transport.WEBSOCKET, UpgradeMethod.RDG_OUT_DATA, credentials, patience)) {
                client.connect();
                return new AnonymousEntry(Optional.of(credentials), Optional.empty());
            } catch (GatewayRefusedException exception) {
                last = Optional.of(exception.response());
                if (exception.response().status() != 401) {
                    return new AnonymousEntry(Optional.of(credentials), last);
                }
            }
        }
        return new AnonymousEntry(Optional.empty(), last);
    }
}
