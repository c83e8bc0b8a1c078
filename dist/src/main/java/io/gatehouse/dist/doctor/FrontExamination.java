package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.GatewayRefusedException;
import io.gatehouse.client.ResponseHead;
import io.gatehouse.client.Transport;
import io.gatehouse.client.UpgradeMethod;
import io.gatehouse.core.tsgu.TsguPacket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Speaks MS-TSGU to the public name, and so through whatever reverse proxy or load balancer stands there. Signs nobody
 * in.
 */
public final class FrontExamination implements Examination {
    private static final Duration ANSWER = Duration.ofSeconds(3);
    /** A balancer that takes turns hits two gateways in that many tries. */
    private static final int PAIRS = 3;
    /** KiB of one header: tickets of users in some, many and very many groups. */
    private static final List<Integer> HEADERS = List.of(8, 16, 32, 48, 64);

    private static final String DOCS = " (docs/reverse-proxy.md)";

    private final PublicAddress address;
    private final List<Finding> findings = new ArrayList<>();

    /** An examination of what stands at {@code address}. */
    public FrontExamination(PublicAddress address) {
        this.address = address;
    }

    @Override
    public String subject() {
        return "MS-TSGU at " + address;
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(60);
    }

    @Override
    public List<Finding> examine() {
        try {
            PlainRequest.Head head = address.http().send("GET", PlainRequest.GATEWAY_PATH, List.of());
            if (!head.isOfGateway()) {
                return List.of(notAGateway(head));
            }
        } catch (IOException exception) {
            return List.of(Finding.fault(
                    "front.no-answer",
                    address + ": no answer to an HTTP request: " + exception.getMessage(),
                    "look whether the gateway runs, and what listens there: curl -kv https://" + address
                            + PlainRequest.GATEWAY_PATH));
        }
        try {
            AnonymousEntry entry = AnonymousEntry.at(address, ANSWER);
            entry.answer().ifPresent(this::upgradeRefused);
            entry.credentials().ifPresent(credentials -> transports(credentials, entry.answer()));
        } catch (IOException exception) {
            findings.add(Finding.fault(
                    "front.method",
                    address + ": the connection ends at the method RDG_OUT_DATA: " + exception.getMessage(),
                    "let the proxy pass the methods RDG_OUT_DATA and RDG_IN_DATA" + DOCS));
        }
        headers();
        return List.copyOf(findings);
    }

    private Finding notAGateway(PlainRequest.Head head) {
        String cause = address + ": what answers at " + PlainRequest.GATEWAY_PATH + " is not the gateway: status "
                + head.status() + head.server();
        return switch (head.status()) {
            case 502, 503, 504 ->
                Finding.fault(
                        "front.no-back-end",
                        cause,
                        "start the gateway, and correct its address in the proxy (it must be that of a [[listener]],"
                                + " with https there if the listener has tls)");
            case 403 ->
                Finding.fault(
                        "front.forbidden",
                        cause,
                        "name the proxy in trusted-proxies of this [[listener]], and let it set X-Forwarded-Proto to"
                                + " https: the gateway takes clients without TLS for unsafe. Its log says so (\"request"
                                + " refused\"); otherwise look for an access rule of the proxy");
            default ->
                Finding.fault(
                        "front.not-a-gateway",
                        cause,
                        "pass " + PlainRequest.GATEWAY_PATH + " to the gateway's [[listener]], path and query"
                                + " unchanged, or correct --public-name");
        };
    }

    private void upgradeRefused(ResponseHead head) {
        String answered = address + ": the upgrade to WebSocket is answered with " + head.status();
        switch (head.status()) {
            case 200, 101 ->
                findings.add(Finding.fault(
                        "front.no-upgrade",
                        answered + ": the proxy does not pass it on, so clients fall back to the slower dual channel",
                        "nginx: proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade and Connection"
                                + " $connection_upgrade" + DOCS));
            case 401 ->
                findings.add(Finding.note(
                        "front.sign-in-first",
                        address + ": the gateway opens no transport before a sign-in by HTTP, so only requests without"
                                + " one were examined",
                        "use --sign-in to go on with an account; or switch on [auth.paa], with which transports can be"
                                + " tried without one"));
            case 503 ->
                findings.add(Finding.fault(
                        "front.unavailable",
                        answered + ": the gateway is drained, or too many connections count as one client",
                        "gatehouse status; gatehouse undrain; or name the proxy in trusted-proxies"));
            default ->
                findings.add(Finding.fault(
                        "front.method",
                        answered
                                + head.header("Server")
                                        .map(server -> " (Server: " + server + ")")
                                        .orElse("") + ", which the gateway does not answer",
                        "let the proxy pass the methods RDG_OUT_DATA and RDG_IN_DATA, and speak HTTP/1.1 to the"
                                + " gateway (nginx: proxy_http_version 1.1)" + DOCS));
        }
    }

    private void transports(Credentials credentials, Optional<ResponseHead> upgradeAnswer) {
        if (upgradeAnswer.isEmpty()) {
            webSocket(credentials);
        }
        boolean passes = upgradeAnswer.map(head -> head.status() == 200).orElse(true);
        for (int pair = 0; passes && pair < PAIRS; pair++) {
            Optional<Finding> problem = dualChannel(credentials);
            if (problem.isPresent()) {
                findings.add(problem.get());
                return;
            }
        }
    }

    private void webSocket(Credentials credentials) {
        try (GatewayClient client =
                address.client(Transport.WEBSOCKET, UpgradeMethod.RDG_OUT_DATA, credentials, ANSWER)) {
            client.connect();
            client.handshake();
        } catch (IOException exception) {
            findings.add(Finding.fault(
                    "front.websocket-data",
                    address + ": a WebSocket opens, but the gateway's first packet does not come through it: "
                            + exception.getMessage(),
                    "let the proxy pass WebSocket frames unchanged; switch off its inspection of them" + DOCS));
            return;
        }
        try (GatewayClient client = address.client(Transport.WEBSOCKET, UpgradeMethod.GET, credentials, ANSWER)) {
            client.connect();
            client.handshake();
        } catch (IOException exception) {
            findings.add(Finding.warning(
                    "front.no-upgrade-get",
                    address + ": a WebSocket opens with the method RDG_OUT_DATA, but not with GET, which some clients"
                            + " use: " + exception.getMessage(),
                    "let the proxy treat both methods alike" + DOCS));
        }
    }

    /** Opens the two connections of a dual channel, and exchanges one packet over them. */
    private Optional<Finding> dualChannel(Credentials credentials) {
        try (GatewayClient client =
                address.client(Transport.DUAL_CHANNEL, UpgradeMethod.RDG_OUT_DATA, credentials, ANSWER)) {
            Optional<Finding> out = out(client);
            return out.isPresent() ? out : in(client).or(() -> packet(client));
        } catch (IOException exception) {
            return Optional.of(dualChannelFailed(exception));
        }
    }

    private Optional<Finding> out(GatewayClient client) {
        try {
            client.connectOut();
            return Optional.empty();
        } catch (GatewayRefusedException exception) {
            ResponseHead head = exception.response();
            return Optional.of(
                    head.status() == 200
                            ? Finding.warning(
                                    "front.chunked",
                                    address + ": the proxy sends the answer of the OUT channel chunked, for whose end"
                                            + " FreeRDP 3 waits",
                                    "nginx: chunked_transfer_encoding off" + DOCS)
                            : dualChannelFailed(exception));
        } catch (SocketTimeoutException exception) {
            return Optional.of(responseBuffered());
        } catch (IOException exception) {
            return Optional.of(dualChannelFailed(exception));
        }
    }

    private Finding responseBuffered() {
        return Finding.fault(
                "front.response-buffered",
                address + ": the proxy keeps back the answer of the OUT channel until more of it comes",
                "nginx: proxy_buffering off; HAProxy: no option http-buffer-request, no compression" + DOCS);
    }

    private Optional<Finding> in(GatewayClient client) {
        try {
            client.connectIn();
            return Optional.empty();
        } catch (GatewayRefusedException exception) {
            int status = exception.response().status();
            return Optional.of(status == 403 || status == 401 ? affinity(status) : dualChannelFailed(exception));
        } catch (IOException exception) {
            return Optional.of(dualChannelFailed(exception));
        }
    }

    private Finding affinity(int status) {
        return Finding.fault(
                "front.affinity",
                address + ": the IN channel is answered with " + status
                        + ": it came to another gateway than its OUT channel",
                "let the balancer send all connections of a client to one gateway (nginx: hash $remote_addr or ip_hash"
                        + " in upstream; HAProxy: balance source)" + DOCS);
    }

    private Optional<Finding> packet(GatewayClient client) {
        try {
            client.handshake();
            return Optional.empty();
        } catch (SocketTimeoutException exception) {
            return Optional.of(held(client));
        } catch (IOException exception) {
            return Optional.of(dualChannelFailed(exception));
        }
    }

    /**
     * The first packet was not answered. If it is as soon as the request ends, the proxy had kept the request; if the
     * request is refused, its gateway knows no OUT channel for it.
     */
    private Finding held(GatewayClient client) {
        try {
            ResponseHead head = client.finishInRequest();
            if (head.status() == 401 || head.status() == 403 || head.status() == 409) {
                return affinity(head.status());
            }
        } catch (IOException exception) {
            // A gateway need not answer the request of an open IN channel.
        }
        try {
            if (client.receive(Duration.ofSeconds(2)) instanceof TsguPacket.HandshakeResponse) {
                return Finding.fault(
                        "front.request-buffered",
                        address + ": the proxy keeps back the request of the IN channel until it ends, which it does"
                                + " not while a desktop is open",
                        "nginx: proxy_request_buffering off and client_max_body_size 0; HAProxy: no option"
                                + " http-buffer-request" + DOCS);
            }
        } catch (IOException exception) {
            // Said below.
        }
        return responseBuffered();
    }

    private Finding dualChannelFailed(IOException exception) {
        return Finding.fault(
                "front.dual-channel",
                address + ": the dual channel cannot be opened: " + exception.getMessage(),
                "let the proxy pass RDG_OUT_DATA and RDG_IN_DATA, whose bodies have no end while a desktop is open"
                        + DOCS);
    }

    /** One header that grows, with a request that the gateway refuses without an audit line. */
    private void headers() {
        int passed = 0;
        for (int size : HEADERS) {
            String problem;
            try {
                PlainRequest.Head head = address.http()
                        .send(
                                "GET",
                                PlainRequest.GATEWAY_PATH,
                                List.of("X-Gatehouse-Doctor: " + "a".repeat(size * 1024)));
                problem = head.isOfGateway() ? "" : "answered with " + head.status() + head.server();
            } catch (IOException exception) {
                problem = "not answered: " + exception.getMessage();
            }
            if (!problem.isEmpty()) {
                findings.add(Finding.warning(
                        "front.header-size",
                        address + ": a request with a header of " + size + " KiB is " + problem + "; Kerberos tickets"
                                + " of users in many groups are as large"
                                + (passed == 0 ? "" : " (" + passed + " KiB pass)"),
                        "nginx: large_client_header_buffers 4 96k; HAProxy: tune.bufsize 131072" + DOCS));
                return;
            }
            passed = size;
        }
    }
}
