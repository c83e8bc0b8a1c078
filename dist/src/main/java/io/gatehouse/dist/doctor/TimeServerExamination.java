package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Compares the clock of this machine with that of a time server, by one request of SNTP (RFC 4330). */
public final class TimeServerExamination implements Examination {
    private static final int PATIENCE_FOR_PACKET = 3000;
    private static final int LENGTH = 48;
    /** Version 4, mode 3 (client). */
    private static final byte CLIENT = 0x23;

    private static final int SERVER_MODE = 4;
    private static final int TRANSMITTED = 40;
    private static final int ORIGINATED = 24;
    private static final long SECONDS_BEFORE_1970 = 2_208_988_800L;
    /** From 2036 on the seconds begin again at zero. */
    private static final long ERA = 1L << 32;
    /** Kerberos allows five minutes, many identity providers one; a clock that is set by NTP is much better. */
    private static final Duration ALLOWED = Duration.ofSeconds(2);

    private final String host;
    private final int port;
    private final Clock clock;

    /** An examination with the time server at {@code host}. */
    public TimeServerExamination(String host, int port, Clock clock) {
        this.host = host;
        this.port = port;
        this.clock = clock;
    }

    @Override
    public String subject() {
        return "clock against " + host;
    }

    @Override
    public List<Finding> examine() {
        try {
            Duration behind = behind();
            return behind.abs().compareTo(ALLOWED) <= 0
                    ? List.of()
                    : List.of(Finding.fault(
                            "clock.ntp",
                            "the clock of this machine is " + behind.abs().toSeconds() + " seconds "
                                    + (behind.isNegative() ? "ahead of" : "behind") + " that of the time server " + host
                                    + " (expected at most " + ALLOWED.toSeconds() + ")",
                            "synchronise it: timedatectl set-ntp true, or chronyc makestep"));
        } catch (IOException exception) {
            return List.of(Finding.warning(
                    "clock.ntp-unreachable",
                    "the time server " + host + ", port " + port + ", does not answer: " + exception.getMessage(),
                    "name another one with --ntp, or let this machine reach it by UDP"));
        }
    }

    /** How much the clock of this machine is behind, within the time that the answer took. */
    private Duration behind() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_FOR_PACKET);
            socket.connect(new InetSocketAddress(host, port));
            byte[] packet = new byte[LENGTH];
            packet[0] = CLIENT;
            long cookie = System.nanoTime();
            ByteBuffer.wrap(packet).putLong(TRANSMITTED, cookie);
            Instant sent = clock.instant();
            long began = System.nanoTime();
            socket.send(new DatagramPacket(packet, LENGTH));
            DatagramPacket answer = new DatagramPacket(new byte[LENGTH], LENGTH);
            socket.receive(answer);
            Duration half = Duration.ofNanos((System.nanoTime() - began) / 2);
            ByteBuffer fields = ByteBuffer.wrap(answer.getData());
            boolean isAnswer = answer.getLength() == LENGTH
                    && (fields.get(0) & 7) == SERVER_MODE
                    && fields.getLong(ORIGINATED) == cookie
                    && fields.getLong(TRANSMITTED) != 0;
            if (!isAnswer) {
                throw new IOException("what answers is no time server");
            }
            return Duration.between(sent.plus(half), time(fields));
        }
    }

    private static Instant time(ByteBuffer fields) {
        long seconds = Integer.toUnsignedLong(fields.getInt(TRANSMITTED));
        long era = seconds < ERA / 2 ? ERA : 0;
        return Instant.ofEpochSecond(seconds + era - SECONDS_BEFORE_1970);
    }
}
