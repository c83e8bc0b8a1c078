package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.HaProxy;
import io.gatehouse.jetty.Nginx;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RequestLines;
import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that two HTTP implementations may end at different places (security reference, row 18). Each carries another
 * request where one of them may see it: a sign-in, which the proxies never pass on. The gateway refuses each with 400
 * (501 for a transfer coding that it does not know), ends the connection, and nobody ever asks it for that sign-in.
 */
@Timeout(120)
class RequestSmugglingTest {
    private static final String HIDDEN = """
            RDG_OUT_DATA /remoteDesktopGateway/ HTTP/1.1
            Host: localhost
            Content-Length: 0
            X-Hidden: yes
            Authorization: Basic Ym9iOndyb25n

            """.replace("\n", "\r\n");
    private static final String LAST_CHUNK = "0\r\n\r\n";
    private static final Map<String, String> HEADS = new LinkedHashMap<>();
    /** RFC 9112 6.1: chunked is the last, and before it is a coding that the gateway does not know. */
    private static final Set<String> UNKNOWN_CODINGS =
            Set.of("TE chunked after gzip", "TE chunked after identity", "TE.TE identity first");

    /** What stands between the Host line and the empty line; behind it come a last chunk and the hidden request. */
    private static void head(String name, String headers) {
        HEADS.put(name, head(headers));
    }

    private static String head(String headers) {
        return "POST /remoteDesktopGateway/ HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    static {
        head("CL.TE", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
        head("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n");
        head("TE.CL with a tab", "Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n");
        head("TE.CL in another case", "TRANSFER-ENCODING: Chunked\r\nContent-Length: 5\r\n");
        head("TE.TE identity last", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n");
        head("TE.TE identity first", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n");
        head("TE.TE twice chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n");
        head("TE identity alone", "Transfer-Encoding: identity\r\n");
        head("TE unknown", "Transfer-Encoding: xchunked\r\n");
        head("TE chunked not last", "Transfer-Encoding: chunked, identity\r\n");
        head("TE chunked after identity", "Transfer-Encoding: identity, chunked\r\n");
        head("TE chunked after gzip", "Transfer-Encoding: gzip, chunked\r\n");
        head("TE chunked twice in a line", "Transfer-Encoding: chunked, chunked\r\n");
        head("TE quoted", "Transfer-Encoding: \"chunked\"\r\n");
        head("TE with a vertical tab", "Transfer-Encoding: \u000bchunked\r\n");
        head("TE with NUL", "Transfer-Encoding: chunked\0\r\n");
        head("TE empty", "Transfer-Encoding: \r\n");
        head("TE with a space before the colon", "Transfer-Encoding : chunked\r\n");
        head("TE on a folded line", "X: y\r\n Transfer-Encoding: chunked\r\n");
        head("TE whose value is folded", "Transfer-Encoding:\r\n chunked\r\n");
        head("TE after a bare LF", "X: y\nTransfer-Encoding: chunked\r\n");
        head("TE ended by a bare LF", "Transfer-Encoding: chunked\n");
        head("TE after a bare CR", "X: y\rTransfer-Encoding: chunked\r\n");
        head("CL with a plus", "Content-Length: +5\r\n");
        head("CL negative", "Content-Length: -5\r\n");
        head("CL hexadecimal", "Content-Length: 0x5\r\n");
        head("CL followed by letters", "Content-Length: 5abc\r\n");
        head("CL too large", "Content-Length: 99999999999999999999\r\n");
        head("CL empty", "Content-Length: \r\n");
        head("CL twice, different", "Content-Length: 5\r\nContent-Length: 6\r\n");
        head("CL twice, the same", "Content-Length: 5\r\nContent-Length: 5\r\n");
        head("CL a list", "Content-Length: 5, 5\r\n");
        head("CL with a space before the colon", "Content-Length : 5\r\n");
        head("CL ended by a bare LF", "Content-Length: 5\n");
        head("space inside a name", "Content Length: 5\r\n");
        head("no colon", "Content-Length 5\r\n");
        head("no name", ": 5\r\n");
        head("two hosts", "Host: other\r\n");
        HEADS.put("no host", "POST /remoteDesktopGateway/ HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
        HEADS.put(
                "space before the first header",
                "POST /remoteDesktopGateway/ HTTP/1.1\r\n Content-Length: 5\r\nHost: localhost\r\n\r\n");
        HEADS.put(
                "HTTP/1.0 chunked",
                "POST /remoteDesktopGateway/ HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        HEADS.put(
                "bare LF after the request line",
                "POST /remoteDesktopGateway/ HTTP/1.1\nHost: localhost\r\nContent-Length: 5\r\n\r\n");
        HEADS.put(
                "bare LF at the end of the head",
                "POST /remoteDesktopGateway/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\n");
    }

    /**
     * Bodies whose chunks are broken; behind each comes the hidden request. The answer to the head may come before they
     * are read.
     */
    private static final List<String> CHUNKS = List.of(
            "+5\r\nhello\r\n0\r\n\r\n",
            "-1\r\n\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
            "5\nhello\n0\n\n",
            "5;x\nhello\r\n0\r\n\r\n",
            "5 \nhello\r\n0\r\n\r\n",
            "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
            "100000005\r\nhello\r\n0\r\n\r\n",
            "5\r\nhelloX0\r\n\r\n",
            "\r\n0\r\n\r\n",
            "z\r\n\r\n");

    private static final String PROXIES = """
            frontend front
              option httpclose
              timeout http-request 1s
              timeout client 1s
              timeout client-fin 1s
              bind 127.0.0.1:PORT
              http-request deny if { hdr(X-Hidden) yes }
              http-request set-header X-Forwarded-Proto https
              default_backend gateway
            backend gateway
              http-reuse always
              server gateway 127.0.0.1:GATEWAY
            """;
    private static final String SERVER = """
              upstream gateway { server 127.0.0.1:GATEWAY; keepalive 4; }
              server {
                listen 127.0.0.1:PORT;
                keepalive_timeout 0;
                client_header_timeout 1s;
                client_body_timeout 1s;
                location / {
                  if ($http_x_hidden) { return 403; }
                  proxy_pass http://gateway;
                  proxy_http_version 1.1;
                  proxy_request_buffering off;
                  proxy_set_header Connection "";
                }
              }
            """;

    @TempDir
    private static Path folder;

    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.behindProxy(TestGateway.RULE);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    /**
     * Everything that comes back on a connection of an address of this machine until its end, which the other side
     * makes.
     */
    private static String send(InetSocketAddress at, String source, String request) throws IOException {
        try (RawHttp http = RawHttp.to(at, source)) {
            http.send(request);
            return http.readToEnd();
        }
    }

    /** An honest sign-in that fails leaves the line that the hidden one must not leave. */
    private static void assertThatNobodyAskedForTheHiddenOne() throws Exception {
        String answer = send(gateway.plain(), "127.0.0.3", HIDDEN.replace("X-Hidden: yes", "Connection: close"));
        assertThat(answer).startsWith("HTTP/1.1 401");
        gateway.awaitAudit("sign-in.refused", "\"source.ip\":\"127.0.0.3\"");
        assertThat(gateway.audit()).allMatch(line -> line.contains("\"source.ip\":\"127.0.0.3\""));
    }

    @Test
    void everyHeadOfWhichTheEndIsInDoubtIsRefused() throws Exception {
        List<String> faults = new ArrayList<>();
        try (RequestLines lines = new RequestLines()) {
            int number = 1;
            for (Map.Entry<String, String> vector : HEADS.entrySet()) {
                String source = "127.0.1." + number++;
                String answer = send(gateway.plain(), source, vector.getValue() + LAST_CHUNK + HIDDEN);
                int status = UNKNOWN_CODINGS.contains(vector.getKey()) ? 501 : 400;
                if (!answer.matches("(?s)HTTP/1\\.1 " + status + " [^\\r]*\\r\\n(?i).*connection: close.*")
                        || answer.contains("<")
                        || answer.indexOf("HTTP/1.1", 1) > 0) {
                    faults.add(vector.getKey() + " was answered by " + answer);
                }
                if (lines.all().stream()
                                .filter(line ->
                                        line.matches(".*client=" + source + " status=" + status + " .*cause=.+"))
                                .count()
                        != 1) {
                    faults.add(vector.getKey() + " left the lines " + lines.all());
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThatNobodyAskedForTheHiddenOne();
    }

    @Test
    void nothingBehindABrokenChunkIsARequest() throws Exception {
        for (String chunks : CHUNKS) {
            for (String path : List.of("/remoteDesktopGateway/", "/nowhere")) {
                String answer = send(
                        gateway.plain(),
                        "127.0.0.2",
                        "RDG_IN_DATA " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + chunks + HIDDEN);
                assertThat(answer.split("HTTP/1\\.1 ", -1)).as(chunks).hasSizeLessThanOrEqualTo(2);
            }
        }
        assertThatNobodyAskedForTheHiddenOne();
    }

    @Test
    void haproxyPassesNothingOnThatHidesARequest() throws Exception {
        InetSocketAddress front = Nginx.freeAddress();
        String sections = PROXIES.replace("PORT", String.valueOf(front.getPort()))
                .replace("GATEWAY", String.valueOf(gateway.plain().getPort()));
        try (HaProxy _ = HaProxy.start(sections, folder, front)) {
            throughProxy(front);
        }
    }

    @Test
    void nginxPassesNothingOnThatHidesARequest() throws Exception {
        InetSocketAddress front = Nginx.freeAddress();
        String server = SERVER.replace("PORT", String.valueOf(front.getPort()))
                .replace("GATEWAY", String.valueOf(gateway.plain().getPort()));
        try (Nginx _ = Nginx.start(server, folder, front)) {
            throughProxy(front);
        }
    }

    private static void throughProxy(InetSocketAddress front) throws Exception {
        assertThat(send(front, "127.0.0.2", "GET /control HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .as("what goes through the proxy")
                .startsWith("HTTP/1.1 404");
        for (String head : HEADS.values()) {
            String answers = send(front, "127.0.0.2", head + LAST_CHUNK + HIDDEN);
            assertThat(answers.split("HTTP/1\\.[01] ", -1)).as(head).hasSizeLessThanOrEqualTo(2);
        }
        for (String chunks : CHUNKS) {
            send(
                    front,
                    "127.0.0.2",
                    "RDG_IN_DATA /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
                            + HIDDEN);
        }
        assertThatNobodyAskedForTheHiddenOne();
    }
}
