package io.gatehouse.jetty.dns;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Secret;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What clients reach by name, in a network namespace of its own: the system's resolver asks a name server here, whose
 * answers change, and completes names by the search list {@code corp.example}, {@code example}. This machine has the
 * addresses 192.0.2.1 and 10.9.0.1, and nothing answers at 198.51.100.1. Started by {@link NamesInNamespaceTest};
 * throws what is wrong.
 */
public final class NamesInNamespace {
    private static final int RAP_ACCESS_DENIED = 0x800759DA;
    private static final int CONNECT_FAILED = 0x800759DD;
    private static final String RULES = """
            [[policy.rule]]
            name = "not these"
            action = "deny"
            targets = ["db.corp.example", "10.0.0.0/8"]
            [[policy.rule]]
            name = "all"
            targets = ["*"]
            ports = ["*"]
            [auth.paa]
            [tunnel]
            connect-timeout = "600ms"
            [limits]
            failed-channels-per-user = 1
            failed-channels-burst = %d
            """;

    private final DnsServer server = new DnsServer(53);
    private final Listener listener = new Listener();

    private NamesInNamespace() throws IOException {}

    /** Says what it gets on every address of the machine, and remembers at which. */
    private static final class Listener implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.ofLiteral("0.0.0.0"));
        private final List<String> reached = new CopyOnWriteArrayList<>();

        Listener() throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket accepted = socket.accept();
                        reached.add(accepted.getLocalAddress().getHostAddress());
                        Thread.ofVirtual().start(() -> echo(accepted));
                    }
                } catch (IOException closed) {
                    // the end
                }
            });
        }

        private static void echo(Socket socket) {
            try (socket) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException gone) {
                // the gateway has closed it
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /**
     * How an attempt ended.
     *
     * @param code of the refusal, 0 when the channel was opened
     */
    private record Attempt(int code, long millis) {}

    public static void main(String[] arguments) throws Exception {
        NamesInNamespace names = new NamesInNamespace();
        try (names.listener;
                names.server) {
            names.aNameIsDialledAsTheRulesSawIt();
            names.anAddressThatComesLaterIsNotDialled();
            names.unknownRefusedAndFilteredTargetsLookAlike();
        }
        System.out.println("all is well");
        System.exit(0);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private Attempt attempt(TestGateway gateway, Credentials who, String host, int port) throws Exception {
        try (GatewayClient client = new GatewayClient(
                gateway.options(Transport.WEBSOCKET).credentials(who).build())) {
            client.connect();
            client.handshake();
            return open(client, host, port);
        }
    }

    private static Attempt open(GatewayClient client, String host, int port) throws Exception {
        long begun = System.nanoTime();
        int code = 0;
        try {
            client.open("pc", List.of(host), port);
            client.send(new Data(ByteBuffer.wrap(new byte[] {7})));
            check(client.receive().equals(new Data(ByteBuffer.wrap(new byte[] {7}))), "the target answers");
        } catch (TunnelException refused) {
            code = refused.code();
        }
        return new Attempt(code, (System.nanoTime() - begun) / 1_000_000);
    }

    private static Credentials ntlm(String user) {
        return Credentials.ntlm(user, TestGateway.PASSWORD);
    }

    private void aNameIsDialledAsTheRulesSawIt() throws Exception {
        server.address("db.corp.example", "192.0.2.1");
        for (String expanded : List.of("db", "db.corp")) {
            check(
                    InetAddress.getByName(expanded).getHostAddress().equals("192.0.2.1"),
                    "the system completes " + expanded);
        }
        try (TestGateway gateway = TestGateway.start(RULES.formatted(1000))) {
            int port = listener.socket.getLocalPort();
            Attempt denied = attempt(gateway, ntlm("alice"), "db.corp.example", port);
            check(denied.code() == RAP_ACCESS_DENIED, "db.corp.example is denied: " + denied);
            for (String name : List.of("db", "DB.", "db.corp", "db.corp.")) {
                Attempt attempt = attempt(gateway, ntlm("alice"), name, port);
                check(attempt.code() == CONNECT_FAILED, name + ": " + attempt);
            }
            check(listener.reached.isEmpty(), "reached by a name that a rule denies: " + listener.reached);
            Attempt box = attempt(gateway, ntlm("alice"), "box", port);
            check(box.code() == 0, "a name of the hosts file: " + box);
        }
        listener.reached.clear();
    }

    private void anAddressThatComesLaterIsNotDialled() throws Exception {
        int port = listener.socket.getLocalPort();
        String name = "rebind.lab.example";
        Target target = new Target(name, port);
        try (TestGateway gateway = TestGateway.start(RULES.formatted(1000))) {
            List<Credentials> methods = List.of(
                    ntlm("alice"),
                    Credentials.basic("alice", TestGateway.PASSWORD),
                    Credentials.negotiate("alice", TestGateway.PASSWORD),
                    Credentials.tunnelNtlm("alice", TestGateway.PASSWORD),
                    token(gateway, "oidc", target, 1),
                    token(gateway, "header", target, 2));
            int asked = 0;
            for (Credentials method : methods) {
                server.address(name, "192.0.2.1", "10.9.0.1");
                Attempt first = attempt(gateway, method, name, port);
                check(first.code() == 0, method + ": " + first);
                check(server.asked(name) == ++asked, method + " asked once: " + server.asked(name));
                check(listener.reached.equals(List.of("192.0.2.1")), method + " reached " + listener.reached);
                Attempt second = attempt(gateway, again(gateway, method, target, asked), name, port);
                check(second.code() == CONNECT_FAILED, method + ": " + second);
                check(server.asked(name) == ++asked, method + " asked once more: " + server.asked(name));
                check(listener.reached.equals(List.of("192.0.2.1")), method + " reached " + listener.reached);
                listener.reached.clear();
            }
        }
    }

    /** A token is good for one tunnel. */
    private static Credentials again(TestGateway gateway, Credentials method, Target target, int number) {
        return method instanceof Credentials.PaaCookie ? token(gateway, "oidc", target, 100 + number) : method;
    }

    private static Credentials token(TestGateway gateway, String method, Target target, int number) {
        Identity dora = new Identity(
                method, method, "dora" + number, Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of());
        return new Credentials.PaaCookie(Secret.ofText(gateway.token(dora, target, Instant.now())));
    }

    private void unknownRefusedAndFilteredTargetsLookAlike() throws Exception {
        int port = listener.socket.getLocalPort();
        int closed;
        try (ServerSocket free = new ServerSocket(0)) {
            closed = free.getLocalPort();
        }
        server.address("denied.lab.example", "10.9.0.1");
        server.address("there.lab.example", "192.0.2.1");
        server.address("filtered.lab.example", "198.51.100.1");
        List<Target> targets = List.of(
                new Target("denied.lab.example", port),
                new Target("unknown.lab.example", port),
                new Target("there.lab.example", closed),
                new Target("filtered.lab.example", port));
        try (TestGateway gateway = TestGateway.start(RULES.formatted(12))) {
            List<Attempt> quick = attempts(gateway, targets);
            check(quick.stream().allMatch(attempt -> attempt.code() == CONNECT_FAILED), "the same answer: " + quick);
            check(quick.get(0).millis() < 550 && quick.get(1).millis() < 550, "not slow at once: " + quick);
            attempts(gateway, targets.subList(0, 3)); // more than half of what one user may fail
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<List<Attempt>> guessing = threads.submit(() -> attempts(gateway, targets));
                List<Attempt> good = new ArrayList<>();
                while (!guessing.isDone()) {
                    good.add(attempt(gateway, ntlm("bob"), "there.lab.example", port));
                }
                List<Attempt> slow = guessing.get();
                String seen = "guesses " + slow + ", beside " + good;
                System.out.println(seen);
                check(slow.stream().allMatch(attempt -> attempt.code() == CONNECT_FAILED), "the same answer: " + seen);
                check(slow.stream().allMatch(attempt -> attempt.millis() >= 590), "the whole time: " + seen);
                check(spread(slow) < 500, "the same time: " + seen);
                check(good.size() > 3 && good.stream().allMatch(attempt -> attempt.code() == 0), "beside: " + seen);
                check(median(good) < 500, "nobody else waits: " + seen);
            }
        }
    }

    private List<Attempt> attempts(TestGateway gateway, List<Target> targets) throws Exception {
        List<Attempt> attempts = new ArrayList<>();
        for (Target target : targets) {
            attempts.add(attempt(gateway, ntlm("alice"), target.host(), target.port()));
        }
        return attempts;
    }

    private static long spread(List<Attempt> attempts) {
        return attempts.stream().mapToLong(Attempt::millis).max().orElseThrow()
                - attempts.stream().mapToLong(Attempt::millis).min().orElseThrow();
    }

    private static long median(List<Attempt> attempts) {
        return attempts.stream()
                .mapToLong(Attempt::millis)
                .sorted()
                .skip(attempts.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
