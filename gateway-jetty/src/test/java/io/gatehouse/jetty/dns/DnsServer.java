package io.gatehouse.jetty.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A name server on 127.0.0.1 with the records of a test, UDP and TCP on one port. */
final class DnsServer implements AutoCloseable {
    private static final int LARGEST_DATAGRAM = 512;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
    private final Map<Name, Deque<Record>> addresses = new ConcurrentHashMap<>();
    private final Map<Name, Integer> asked = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final ServerSocket listener;
    private final DatagramSocket socket;
    private volatile int answerCode = Rcode.NOERROR;
    private volatile boolean silent;

    DnsServer() throws IOException {
        this(0);
    }

    DnsServer(int port) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        listener = new ServerSocket(port, 10, loopback);
        socket = new DatagramSocket(listener.getLocalPort(), loopback);
        threads.execute(this::receive);
        threads.execute(this::accept);
    }

    /** Adds a record; {@code data} is priority, weight, port and target, as in a zone file. */
    DnsServer srv(String name, String data) throws IOException {
        Name owner = Name.fromString(name + ".");
        String[] fields = data.split(" ", -1);
        Record record = new SRVRecord(
                owner,
                DClass.IN,
                60,
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Name.fromString(fields[3]));
        records.merge(
                owner,
                List.of(record),
                (one, other) -> java.util.stream.Stream.concat(one.stream(), other.stream())
                        .toList());
        return this;
    }

    /** Adds IPv4 addresses of a name: each question gets the next one, the last one for good. */
    void address(String name, String... texts) throws IOException {
        Name owner = Name.fromString(name + ".");
        Deque<Record> each = new ArrayDeque<>();
        for (String text : texts) {
            each.add(new ARecord(owner, DClass.IN, 0, InetAddress.ofLiteral(text)));
        }
        addresses.put(owner, each);
    }

    /** How often a name was asked for, for an IPv4 address. */
    int asked(String name) throws IOException {
        return asked.getOrDefault(Name.fromString(name + "."), 0);
    }

    private List<Record> found(Record question) {
        Deque<Record> each = addresses.get(question.getName());
        if (each == null || question.getType() != Type.A) {
            return records.getOrDefault(question.getName(), List.of());
        }
        synchronized (each) {
            asked.merge(question.getName(), 1, Integer::sum);
            return List.of(each.size() > 1 ? each.remove() : each.element());
        }
    }

    /** Answers every question with this error. */
    void fail(int code) {
        answerCode = code;
    }

    /** Answers nothing any more. */
    void fallSilent() {
        silent = true;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    int questions() {
        return questions.get();
    }

    private void receive() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
                socket.receive(packet);
                questions.incrementAndGet();
                if (!silent) {
                    byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()))
                            .toWire(LARGEST_DATAGRAM); // sets TC when it is too long
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream input = new DataInputStream(client.getInputStream());
            byte[] answer = answer(input.readNBytes(input.readUnsignedShort())).toWire(65_535);
            DataOutputStream output = new DataOutputStream(client.getOutputStream());
            output.writeShort(answer.length);
            output.write(answer);
            input.readAllBytes();
        } catch (IOException gone) {
            // the client, or the end of the test
        }
    }

    private Message answer(byte[] question) throws IOException {
        Message asked = new Message(question);
        Message answer = new Message(asked.getHeader().getID());
        Header header = answer.getHeader();
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        answer.addRecord(asked.getQuestion(), Section.QUESTION);
        List<Record> found = found(asked.getQuestion());
        boolean exists =
                !found.isEmpty() || addresses.containsKey(asked.getQuestion().getName());
        header.setRcode(answerCode != Rcode.NOERROR ? answerCode : exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
        if (answerCode == Rcode.NOERROR) {
            found.forEach(record -> answer.addRecord(record, Section.ANSWER));
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        socket.close();
        threads.shutdownNow();
    }
}
