package io.gatehouse.load;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace of our own that a pair of virtual cables joins to this machine's: packets in it can be lost
 * without harm to anybody. Needs root.
 */
final class Network implements AutoCloseable {
    /** This machine, as the namespace sees it. */
    static final String OUTSIDE = "10.213.77.1";
    /** The namespace, as this machine sees it. */
    static final String INSIDE = "10.213.77.2";

    private final TestFolder folder;
    private final String name = "gatehouse-" + ProcessHandle.current().pid();

    Network(TestFolder folder) {
        this.folder = folder;
        RequiredTools.assumeRoot();
        RequiredTools.assume("ip", "nft", "tc", "sysctl");
        run("ip", "netns", "add", name);
        try {
            String cable = "gh" + ProcessHandle.current().pid();
            run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
            run("ip", "address", "add", OUTSIDE + "/30", "dev", cable);
            run("ip", "link", "set", cable, "up");
            inside("ip", "address", "add", INSIDE + "/30", "dev", "eth0");
            inside("ip", "link", "set", "eth0", "up");
            inside("ip", "link", "set", "lo", "up");
            inside("nft", "add", "table", "inet", "faults");
            inside("nft", "add chain inet faults in { type filter hook input priority 0; }");
            inside("nft", "add chain inet faults out { type filter hook output priority 0; }");
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** What to put before a command so that it runs inside. */
    List<String> launcher() {
        return List.of("ip", "netns", "exec", name);
    }

    /** From now on all packets from and to a port of this machine are lost. */
    void losePort(int port) {
        inside("nft", "add rule inet faults in tcp sport " + port + " drop");
        inside("nft", "add rule inet faults out tcp dport " + port + " drop");
    }

    /** From now on all packets from and to a port of the gateway are lost. */
    void loseGatewayPort(int port) {
        inside("nft", "add rule inet faults in tcp dport " + port + " drop");
        inside("nft", "add rule inet faults out tcp sport " + port + " drop");
    }

    /** From now on so many of a hundred packets are lost, each way. */
    void lose(int percent) {
        for (String chain : List.of("in", "out")) {
            inside("nft", "flush chain inet faults " + chain);
            inside("nft", "add rule inet faults " + chain + " numgen random mod 100 < " + percent + " drop");
        }
    }

    /** From now on no more than so many bits a second leave the namespace. */
    void slowTo(String rate) {
        inside("tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", rate, "burst", "16kb", "latency", "400ms");
    }

    /**
     * After how many retransmissions the kernel inside gives a connection up; 15 by itself, which takes a quarter of an
     * hour.
     */
    void giveUpAfter(int retransmissions) {
        inside("sysctl", "-q", "-w", "net.ipv4.tcp_retries2=" + retransmissions);
    }

    private void inside(String... command) {
        List<String> all = new ArrayList<>(launcher());
        all.addAll(List.of(command));
        run(all.toArray(String[]::new));
    }

    private void run(String... command) {
        Command.of(command).runOrThrow(folder);
    }

    /** The cable goes with the namespace. */
    @Override
    public void close() {
        run("ip", "netns", "delete", name);
    }
}
