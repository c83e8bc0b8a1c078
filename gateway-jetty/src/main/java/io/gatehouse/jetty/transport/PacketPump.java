package io.gatehouse.jetty.transport;

import io.gatehouse.core.tsgu.MalformedPacketException;
import io.gatehouse.core.tsgu.PacketAssembler;
import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.scheduling.Flow;
import io.gatehouse.jetty.socket.ReadBuffer;
import io.gatehouse.jetty.tunnel.TunnelDriver;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Cuts packets out of what a client sends and gives them to its tunnel one at a time, the next when the one before is
 * dealt with. What DATA packets carry is written to the target together, before anything else is given to the tunnel
 * and before more is read, so that a target that does not read stops the client. Each packet and each frame asks
 * whether the turn is over, so that no client keeps a thread, whatever it sends.
 */
abstract class PacketPump extends IteratingCallback {
    /** The next thing that the transport has for the pump: bytes, a control frame, nothing yet, or its end. */
    sealed interface Supply {
        /** Bytes of the packet stream, which must stay until the pump asks again; and how many came for them. */
        record Bytes(ByteBuffer bytes, int charge) implements Supply {}

        /** A control frame, which carries no bytes of the tunnel. */
        record Control(int charge) implements Supply {}

        /** The transport would read again, into the same memory: what was gathered must be written before. */
        record Exhausted() implements Supply {}

        /** Nothing now; the transport calls {@link #iterate()} when there may be more. */
        record Wait() implements Supply {}

        /** The transport has ended: nothing follows. */
        record End(String why) implements Supply {}

        /** The client broke the rules of the transport. */
        record Broken(String why) implements Supply {}
    }

    static final Supply WAIT = new Supply.Wait();
    static final Supply EXHAUSTED = new Supply.Exhausted();
    /**
     * Bytes that a supply counts for at least: what the smallest frame takes on the wire, or empty ones would be free.
     */
    static final int SMALLEST_CHARGE = 6;

    /** Bytes that are read at once: four TLS records, whose payloads are written to the target at once. */
    static final int INPUT_SIZE = 4 * ReadBuffer.TLS_RECORD;

    /** Packets whose payloads wait for one write; the kernel takes a thousand at once. */
    private static final int MOST_GATHERED = 32;

    private final TunnelDriver tunnel;
    private final Flow flow;
    private final List<ConnectionGuard> guards;
    private final PacketAssembler assembler = new PacketAssembler(PacketAssembler.SETUP_LIMIT);
    private @Nullable ByteBuffer bytes;
    private @Nullable ByteBuffer packet;
    /** A packet that must not overtake what was gathered. */
    private @Nullable ByteBuffer held;

    /** Likewise something that the transport had behind it. */
    private @Nullable Supply supplied;

    private int gathered;

    PacketPump(TunnelDriver tunnel, Flow flow, List<ConnectionGuard> guards) {
        this.tunnel = tunnel;
        this.flow = flow;
        this.guards = guards;
    }

    /** What the transport has; called by one thread at a time. */
    protected abstract Supply supply() throws Exception;

    @Override
    protected Action process() throws Exception {
        while (true) {
            if (flow.turnIsOver()) {
                flow.execute(this::iterate);
                return Action.IDLE;
            }
            ByteBuffer other = held;
            if (other != null) {
                held = null;
                tunnel.received(other, this);
                return Action.SCHEDULED;
            }
            if (gathered >= MOST_GATHERED) {
                return write();
            }
            ByteBuffer current = bytes;
            if (current != null && current.hasRemaining()) {
                if (cut(current)) {
                    return Action.SCHEDULED;
                }
                if (bytes == null) {
                    return Action.SUCCEEDED;
                }
                continue;
            }
            Supply next = supplied == null ? supply() : supplied;
            supplied = null;
            if (gathered > 0 && !(next instanceof Supply.Bytes) && !(next instanceof Supply.Control)) {
                supplied = next;
                return write();
            }
            switch (next) {
                case Supply.Bytes(ByteBuffer more, int size) -> {
                    bytes = more;
                    if (!charge(Math.max(SMALLEST_CHARGE, size))) {
                        return Action.SUCCEEDED;
                    }
                }
                case Supply.Control(int size) -> {
                    if (!charge(size)) {
                        return Action.SUCCEEDED;
                    }
                }
                case Supply.Exhausted ignored -> {} // written by now
                case Supply.Wait ignored -> {
                    return Action.IDLE;
                }
                case Supply.End(String why) -> {
                    tunnel.transportClosed(why);
                    return Action.SUCCEEDED;
                }
                case Supply.Broken(String why) -> {
                    tunnel.malformed(why);
                    return Action.SUCCEEDED;
                }
            }
        }
    }

    /** Hands the next packet of {@code current} to the tunnel; false when it ends within a packet or is malformed. */
    private boolean cut(ByteBuffer current) {
        try {
            assembler.feed(current, whole -> {
                packet = whole;
                return false;
            });
        } catch (MalformedPacketException e) {
            bytes = null;
            tunnel.malformed(String.valueOf(e.getMessage()));
            return false;
        }
        ByteBuffer next = packet;
        packet = null;
        if (next == null) {
            return false;
        }
        if (TsguCodec.isData(next)) {
            gathered++;
            tunnel.received(next, this);
        } else if (gathered > 0) {
            held = next;
            write();
        } else {
            tunnel.received(next, this);
        }
        return true;
    }

    /** Whether the target does not have all yet; the transport asks before it reads again. */
    protected final boolean hasGathered() {
        return gathered > 0;
    }

    private Action write() {
        gathered = 0;
        tunnel.writeGathered(this);
        return Action.SCHEDULED;
    }

    /** Counts bytes; false when there were too many before an open channel, which ends the tunnel. */
    private boolean charge(int count) {
        boolean enough = true;
        for (ConnectionGuard guard : guards) {
            enough &= guard.countBytes(count);
        }
        if (!enough) {
            tunnel.malformed("too many bytes before an open channel");
        }
        return enough;
    }

    /** Lets go what the transport holds for the pump; called once, when no more bytes are wanted. */
    protected abstract void release();

    @Override
    protected void onCompleteSuccess() {
        release();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        release();
        tunnel.transportClosed("receiving from the client failed: " + cause);
    }
}
