package io.gatehouse.dist.doctor;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * HTTP requests without a body, each on a connection of its own; the answer's body is not read. Java's HTTP client
 * sends neither the methods of MS-TSGU nor headers as large as those of Kerberos to servers whose certificate is
 * wrong.
 *
 * @param host for the connection and the Host header
 * @param encrypted whether to speak TLS; certificates are not looked at
 */
record PlainRequest(String host, int port, boolean encrypted) {
    static final String GATEWAY_PATH = "/remoteDesktopGateway/";
    private static final int PATIENCE = 4000;
    private static final int LARGEST_HEAD = 65536;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9]).*");

    /**
     * The head of an answer.
     *
     * @param lines the header lines as they came
     */
    record Head(int status, List<String> lines) {
        Head {
            lines = List.copyOf(lines);
        }

        /** The value of the first header {@code name}. */
        Optional<String> header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return lines.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .findFirst();
        }

        /** Whether a gateway answers like this to what is no request of MS-TSGU. */
        boolean isOfGateway() {
            return status == 405 && header("Allow").orElse("").contains("RDG_OUT_DATA");
        }

        /** Who says that it answered, in a few words. */
        String server() {
            return header("Server").map(server -> " (Server: " + server + ")").orElse("");
        }
    }

    /** Sends a request and returns the head of the answer. */
    Head send(String method, String path, List<String> headers) throws IOException {
        try (Socket socket = connect()) {
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + hostHeader() + "\r\n");
            headers.forEach(header -> head.append(header).append("\r\n"));
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return read(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private String hostHeader() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), PATIENCE);
            socket.setSoTimeout(PATIENCE);
            return encrypted ? ShownCertificates.handshake(socket, host, _ -> {}) : socket;
        } catch (IOException | RuntimeException exception) {
            socket.close();
            throw exception;
        }
    }

    private static Head read(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int count = 0; count < LARGEST_HEAD; count++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection was closed without a whole answer");
            }
            if (next != '\n') {
                line.append((char) next);
                continue;
            }
            String text = line.toString().strip();
            line.setLength(0);
            if (text.isEmpty()) {
                return head(lines);
            }
            lines.add(text);
        }
        throw new ProtocolException("an answer with a head of more than " + LARGEST_HEAD + " bytes");
    }

    private static Head head(List<String> lines) throws ProtocolException {
        var matcher = STATUS.matcher(lines.isEmpty() ? "" : lines.getFirst());
        if (!matcher.matches()) {
            throw new ProtocolException("what answers does not speak HTTP/1.1");
        }
        return new Head(Integer.parseInt(matcher.group(1)), lines.subList(1, lines.size()));
    }
}
