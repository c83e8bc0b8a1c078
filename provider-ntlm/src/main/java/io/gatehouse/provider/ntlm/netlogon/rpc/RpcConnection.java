package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException.Kind;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * C706 chapters 9 to 12: one association over TCP, bound to one interface. Calls go one after the other; after an
 * exception the connection is of no use any more. One thread at a time; {@link #close} may come from any.
 */
public final class RpcConnection implements AutoCloseable {
    /** More than any answer that we ask for: 1500 groups are some 60 KB. */
    static final int LARGEST_RESPONSE = 256 * 1024;

    private final RpcSocket socket;
    private Optional<RpcSecurity> security = Optional.empty();
    private int largestFragment = PduHeader.LARGEST_FRAGMENT;
    private int callId;

    private RpcConnection(RpcSocket socket) {
        this.socket = socket;
    }

    private record Received(PduHeader header, Pdu pdu) {}

    /** Connects; no name is resolved. */
    public static RpcConnection connect(InetSocketAddress address, Deadline deadline) throws RpcException {
        return new RpcConnection(RpcSocket.connect(address, deadline));
    }

    /** Binds without security. */
    public void bind(RpcInterface wanted, Deadline deadline) throws RpcException {
        bind(wanted, Optional.empty(), deadline);
    }

    /** Binds so that all calls are sealed by {@code context}. */
    public void bind(RpcInterface wanted, RpcSecurity context, Deadline deadline) throws RpcException {
        bind(wanted, Optional.of(context), deadline);
    }

    private void bind(RpcInterface wanted, Optional<RpcSecurity> context, Deadline deadline) throws RpcException {
        callId++;
        try {
            socket.write(PduWriter.bind(callId, wanted, context));
            switch (receive(deadline).pdu()) {
                case Pdu.BindAck ack -> accept(wanted, ack, context);
                case Pdu.BindNak nak -> throw refused(wanted, "bind_nak, reason " + nak.reason());
                case Pdu.Fault fault -> throw refused(wanted, FaultStatus.text(fault.status()));
                case Pdu.Response _ -> throw new MalformedException("response to a bind");
            }
        } catch (MalformedException e) {
            throw RpcException.notRun(Kind.BROKEN, e.reason());
        } catch (RpcException e) {
            throw RpcException.notRun(e.kind(), String.valueOf(e.getMessage())); // a bind runs nothing
        }
        security = context;
    }

    private void accept(RpcInterface wanted, Pdu.BindAck ack, Optional<RpcSecurity> context)
            throws RpcException, MalformedException {
        if (ack.result() != 0) {
            throw refused(wanted, "result " + ack.result() + ", reason " + ack.reason());
        }
        if (!ack.isNdr()) {
            throw new MalformedException("bind_ack with another transfer syntax than NDR");
        }
        if (context.isPresent()) {
            Pdu.Auth auth = ack.auth().orElseThrow(() -> new MalformedException("bind_ack without a security token"));
            checkAuth(auth, context.get());
            context.get().complete(auth.value().bytes());
        }
        largestFragment = Math.min(ack.largestFragment(), PduHeader.LARGEST_FRAGMENT);
    }

    private static RpcException refused(RpcInterface wanted, String why) {
        return RpcException.notRun(Kind.REFUSED, "the interface " + wanted.name() + " was refused: " + why);
    }

    /**
     * Calls an operation of the interface and returns its stub data.
     *
     * @param stub its arguments; they must fit into one fragment
     */
    public byte[] call(int operation, byte[] stub, Deadline deadline) throws RpcException {
        int length = PduWriter.requestLength(stub.length, security);
        if (length > largestFragment) {
            throw RpcException.notRun(
                    Kind.REFUSED, "request of %d bytes (expected at most %d)".formatted(length, largestFragment));
        }
        callId++;
        socket.write(PduWriter.request(callId, operation, stub, security));
        try {
            return response(deadline);
        } catch (MalformedException e) {
            throw RpcException.perhapsRun(Kind.BROKEN, e.reason());
        }
    }

    private byte[] response(Deadline deadline) throws RpcException, MalformedException {
        ByteArrayOutputStream stub = new ByteArrayOutputStream();
        boolean first = true;
        while (true) {
            Received received = receive(deadline);
            byte[] part = switch (received.pdu()) {
                case Pdu.Response response -> data(response);
                case Pdu.Fault fault -> throw fault(received.header(), fault, first);
                case Pdu.BindAck _, Pdu.BindNak _ ->
                    throw new MalformedException("answer to a bind (expected a response)");
            };
            if (received.header().isFirst() != first) {
                throw new MalformedException("fragments in disorder");
            }
            first = false;
            if (stub.size() + part.length > LARGEST_RESPONSE) {
                throw new MalformedException(
                        "response of more than " + LARGEST_RESPONSE + " bytes (expected at most that)");
            }
            stub.writeBytes(part);
            if (received.header().isLast()) {
                return stub.toByteArray();
            }
            if (part.length == 0) {
                throw new MalformedException("empty fragment that is not the last");
            }
        }
    }

    private byte[] data(Pdu.Response response) throws MalformedException {
        if (response.contextId() != PduWriter.CONTEXT) {
            throw new MalformedException("response in context " + response.contextId() + " (expected 0)");
        }
        if (security.isEmpty()) {
            if (response.auth().isPresent()) {
                throw new MalformedException("sealed response on a plain connection");
            }
            return response.data().bytes();
        }
        Pdu.Auth auth = response.auth().orElseThrow(() -> new MalformedException("response that is not sealed"));
        checkAuth(auth, security.get());
        byte[] data = response.data().bytes();
        if (auth.padding() > data.length) {
            throw new MalformedException("padding of " + auth.padding() + " of " + data.length + " bytes");
        }
        security.get().unseal(data, auth.value().bytes());
        return Arrays.copyOf(data, data.length - auth.padding());
    }

    private static void checkAuth(Pdu.Auth auth, RpcSecurity expected) throws MalformedException {
        if (auth.type() != expected.type()
                || auth.level() != Pdu.Auth.PRIVACY
                || auth.contextId() != PduWriter.AUTH_CONTEXT) {
            throw new MalformedException("auth verifier of type %d, level %d, context %d (expected %d, %d, %d)"
                    .formatted(
                            auth.type(),
                            auth.level(),
                            auth.contextId(),
                            expected.type(),
                            Pdu.Auth.PRIVACY,
                            PduWriter.AUTH_CONTEXT));
        }
    }

    /** Faults are not sealed: whoever sits on the wire can make one. */
    private static RpcException fault(PduHeader header, Pdu.Fault fault, boolean first) {
        String message = FaultStatus.text(fault.status());
        return first && (header.flags() & PduHeader.DID_NOT_EXECUTE) != 0
                ? RpcException.notRun(Kind.REFUSED, message)
                : RpcException.perhapsRun(Kind.REFUSED, message);
    }

    private Received receive(Deadline deadline) throws RpcException, MalformedException {
        PduHeader header = PduHeader.parse(socket.read(PduHeader.LENGTH, deadline));
        if (header.callId() != callId) {
            throw new MalformedException("answer to call " + header.callId() + " (expected " + callId + ")");
        }
        byte[] body = socket.read(header.length() - PduHeader.LENGTH, deadline);
        return new Received(header, PduParser.parse(header, body));
    }

    /** Whether the server has neither closed the connection nor sent what nobody asked for, as far as is known here. */
    public boolean isQuiet() {
        return socket.isQuiet();
    }

    @Override
    public void close() {
        socket.close();
    }
}
