package io.gatehouse.jetty.wake;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A machine that sleeps until magic packets for its network card come: only then something listens at its port, which
 * says what it gets. Looks at packets as a card does, and remembers how many there were.
 */
public final class SleepingMachine implements Closeable {
    private final byte[] expected;
    private final int needed;
    private final DatagramSocket card;
    private final InetSocketAddress address;
    private final Boot boot;
    private final AtomicInteger packets = new AtomicInteger();
    private final CountDownLatch awake = new CountDownLatch(1);
    private final CompletableFuture<Closeable> booted = new CompletableFuture<>();

    /** What happens when it wakes up. */
    @FunctionalInterface
    interface Boot {
        /** Listens at {@code address} until what it returns is closed. */
        Closeable listen(InetSocketAddress address) throws Exception;
    }

    /**
     * A machine.
     *
     * @param mac with colons
     * @param password behind it, in hexadecimal
     * @param needed how many packets wake it
     * @param card where packets arrive
     * @param address where it listens when it is awake
     */
    private SleepingMachine(
            String mac, String password, int needed, InetSocketAddress card, InetSocketAddress address, Boot boot)
            throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.writeBytes(
                HexFormat.of().parseHex("ffffffffffff" + mac.replace(":", "").repeat(16) + password));
        this.expected = packet.toByteArray();
        this.needed = needed;
        this.card = new DatagramSocket(card);
        this.address = address;
        this.boot = boot;
        Thread.ofPlatform().daemon().start(this::sleep);
    }

    /** One at 127.0.0.5 that says what it gets when it is awake. */
    static SleepingMachine onLoopback(String mac) throws IOException {
        return onLoopback(mac, SleepingMachine::echo);
    }

    /** One at 127.0.0.5. */
    static SleepingMachine onLoopback(String mac, Boot boot) throws IOException {
        return onLoopback(mac, "", 1, boot);
    }

    /** The same, whose card expects a password in hexadecimal behind its address. */
    static SleepingMachine withPassword(String mac, String password) throws IOException {
        return onLoopback(mac, password, 1, SleepingMachine::echo);
    }

    /** The same, whose card misses all packets but the last of so many. */
    static SleepingMachine missingPackets(String mac, int needed) throws IOException {
        return onLoopback(mac, "", needed, SleepingMachine::echo);
    }

    private static SleepingMachine onLoopback(String mac, String password, int needed, Boot boot) throws IOException {
        InetAddress here = InetAddress.getByName("127.0.0.5");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, here)) {
            port = free.getLocalPort();
        }
        return new SleepingMachine(
                mac, password, needed, new InetSocketAddress(here, 0), new InetSocketAddress(here, port), boot);
    }

    private void sleep() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                card.receive(packet);
                if (Arrays.equals(Arrays.copyOf(packet.getData(), packet.getLength()), expected)
                        && packets.incrementAndGet() == needed) {
                    Thread.ofPlatform().daemon().start(this::wake);
                }
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void wake() {
        try {
            awake.countDown();
            booted.complete(boot.listen(address));
        } catch (Exception e) {
            booted.completeExceptionally(e);
        }
    }

    /** Says what it gets. */
    static Closeable echo(InetSocketAddress address) throws IOException {
        return serve(address, socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** Treats one connection. */
    @FunctionalInterface
    interface Service {
        void treat(Socket socket) throws IOException;
    }

    /** Serves each connection on a thread of its own. */
    static Closeable serve(InetSocketAddress address, Service service) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(address);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    Thread.ofPlatform().daemon().start(() -> {
                        try (socket) {
                            service.treat(socket);
                        } catch (IOException gone) {
                            // the other side has closed it
                        }
                    });
                }
            } catch (IOException closed) {
                // the end
            }
        });
        return listener;
    }

    /** How many packets for it came. */
    int packets() {
        return packets.get();
    }

    /** Whether the packet that wakes it came within ten seconds. */
    boolean awaitPacket() throws InterruptedException {
        return awake.await(10, TimeUnit.SECONDS);
    }

    /** Where packets for it are sent, {@code address:port}. */
    String wakeAddress() {
        return card.getLocalAddress().getHostAddress() + ":" + card.getLocalPort();
    }

    /** The port where it listens when it is awake. */
    int port() {
        return address.getPort();
    }

    /** Ends what it started, and waits for a start that is under way. */
    @Override
    public void close() throws IOException {
        card.close();
        if (packets() >= needed) {
            booted.orTimeout(60, TimeUnit.SECONDS).join().close();
        }
    }

    /** In a network namespace of its own: MAC, address, port; its firewall drops what comes before it is awake. */
    public static void main(String[] arguments) throws Exception {
        InetSocketAddress address = new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2]));
        CountDownLatch never = new CountDownLatch(1);
        try (SleepingMachine machine =
                new SleepingMachine(arguments[0], "", 1, new InetSocketAddress("0.0.0.0", 9), address, at -> {
                    new ProcessBuilder("nft", "flush", "ruleset")
                            .inheritIO()
                            .start()
                            .waitFor();
                    return echo(at);
                })) {
            System.out.println("asleep " + machine.port());
            never.await();
        }
    }
}
