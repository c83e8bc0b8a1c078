package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the gateway listens where it should, or could, if it does not run. */
public final class ListenerExamination implements Examination {
    private static final Pattern PROGRAM = Pattern.compile("users:\\(\\(\"([^\"]{1,64})\",pid=([0-9]+)");

    private final String table;
    private final InetSocketAddress address;
    private final boolean encrypted;
    private final boolean forClients;

    /**
     * An examination of a listener.
     *
     * @param table of the configuration, for messages
     * @param encrypted whether it speaks TLS
     * @param forClients whether it serves the gateway's path
     */
    public ListenerExamination(String table, InetSocketAddress address, boolean encrypted, boolean forClients) {
        this.table = table;
        this.address = address;
        this.encrypted = encrypted;
        this.forClients = forClients;
    }

    @Override
    public String subject() {
        return table + " " + text();
    }

    private String text() {
        return address.getAddress().isAnyLocalAddress()
                ? ":" + address.getPort()
                : address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(12);
    }

    @Override
    public List<Finding> examine() throws InterruptedException {
        if (address.getPort() == 0) {
            return List.of();
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return forClients
                    ? List.of(Finding.note(
                            "gateway.not-running",
                            subject() + ": nothing listens there, so the gateway does not run",
                            "start it (systemctl start gatehouse), and run the doctor again: much can be seen only"
                                    + " while it runs"))
                    : List.of();
        } catch (IOException exception) {
            return inUse(String.valueOf(exception.getMessage()));
        }
    }

    private List<Finding> inUse(String why) throws InterruptedException {
        if (!why.contains("in use")) {
            return List.of(Finding.note(
                    "machine.port",
                    subject() + ": the user " + System.getProperty("user.name") + " cannot listen there: " + why,
                    "a port below 1024 needs CAP_NET_BIND_SERVICE, which the systemd unit gives"));
        }
        if (!forClients || answersAsGateway()) {
            return List.of();
        }
        return List.of(Finding.fault(
                "machine.port-taken",
                subject() + ": another program" + who() + " listens there, and it does not answer like the gateway",
                "find it with: ss -ltnp 'sport = :" + address.getPort() + "'; stop it, or change address in " + table));
    }

    /** What ss says about the program: root learns it of all, others of their own. */
    private String who() throws InterruptedException {
        return ServiceFacts.lines(List.of("ss", "-ltnpH", "sport = :" + address.getPort())).stream()
                .map(PROGRAM::matcher)
                .filter(Matcher::find)
                .map(found -> " (" + found.group(1) + ", pid " + found.group(2) + ")")
                .findFirst()
                .orElse("");
    }

    private boolean answersAsGateway() {
        String host = address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getAddress().getHostAddress();
        try {
            return new PlainRequest(host, address.getPort(), encrypted)
                    .send("GET", PlainRequest.GATEWAY_PATH, List.of())
                    .isOfGateway();
        } catch (IOException exception) {
            return false;
        }
    }
}
