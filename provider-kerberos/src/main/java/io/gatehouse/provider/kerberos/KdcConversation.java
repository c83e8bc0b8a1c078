package io.gatehouse.provider.kerberos;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.kerberos.message.AsRequest;
import io.gatehouse.provider.kerberos.message.KdcAnswer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.security.SecureRandom;

/**
 * Asks one KDC, over TCP, a connection a question (RFC 4120 section 7.2.2).
 *
 * @param address may be unresolved
 */
record KdcConversation(InetSocketAddress address, SecureRandom random) {
    private static final int PATIENCE = 3000;
    private static final int LARGEST_ANSWER = 1 << 16;

    /** The KDC's answer to {@code request}. */
    KdcAnswer ask(AsRequest request) throws IOException {
        byte[] message = request.encode(random);
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getByName(address.getHostString()), address.getPort()), PATIENCE);
            socket.setSoTimeout(PATIENCE);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(message.length);
            out.write(message);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readInt();
            if (length < 1 || length > LARGEST_ANSWER) {
                throw new ProtocolException("an answer of " + length + " bytes (expected 1 to " + LARGEST_ANSWER + ")");
            }
            return KdcAnswer.parse(in.readNBytes(length));
        } catch (MalformedException e) {
            throw new ProtocolException("no answer of a KDC: " + e.reason());
        }
    }

    @Override
    public String toString() {
        return address.getHostString() + ":" + address.getPort();
    }
}
