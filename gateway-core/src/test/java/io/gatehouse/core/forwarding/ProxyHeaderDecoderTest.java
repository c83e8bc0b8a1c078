package io.gatehouse.core.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.forwarding.ProxyHeader.Complete;
import io.gatehouse.core.forwarding.ProxyHeader.Incomplete;
import io.gatehouse.core.forwarding.ProxyHeader.Malformed;
import io.gatehouse.core.forwarding.ProxyHeader.Reading;
import io.gatehouse.core.net.AddressLiteral;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol, versions 1 and 2. */
class ProxyHeaderDecoderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    /** 203.0.113.9:4711 to 192.0.2.1:443. */
    private static final String V4 = "cb007109c0000201126701bb";
    /** 2001:db8::9, port 4711, to 2001:db8::1, port 443. */
    private static final String V6 =
            "20010db8000000000000000000000009" + "20010db8000000000000000000000001" + "126701bb";

    private static final String MAPPED =
            "00000000000000000000ffffcb007109" + "00000000000000000000ffffc0000201" + "126701bb";

    /** CRC-32C of {@link #checked}, from a few lines of Python. */
    private static final String CHECKSUM = "485eb046";

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] line(String text) {
        return text.replace("CRLF", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] binary(String commandAndFamily, String payload) {
        return hex(SIGNATURE + commandAndFamily + "%04x".formatted(payload.length() / 2) + payload);
    }

    private static Reading read(byte[] bytes) {
        return ProxyHeaderDecoder.read(ByteBuffer.wrap(bytes));
    }

    private static ProxyHeader header(byte[] bytes) {
        Reading reading = read(bytes);
        assertThat(reading).isInstanceOf(Complete.class);
        return ((Complete) reading).header();
    }

    private static String client(ProxyHeader header) {
        return header.client()
                .map(client -> AddressLiteral.text(client.getAddress()) + " " + client.getPort())
                .orElse("nobody");
    }

    private static String why(byte[] bytes) {
        Reading reading = read(bytes);
        assertThat(reading).isInstanceOf(Malformed.class);
        return ((Malformed) reading).why();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            PROXY TCP4 203.0.113.9 192.0.2.1 4711 443CRLF       ! 203.0.113.9 4711
            PROXY TCP4 203.0.113.9 192.0.2.1 0 65535CRLF        ! 203.0.113.9 0
            PROXY TCP6 2001:db8::9 2001:db8::1 4711 443CRLF     ! 2001:db8::9 4711
            PROXY TCP6 ::ffff:203.0.113.9 ::1 4711 443CRLF      ! 203.0.113.9 4711
            PROXY UNKNOWNCRLF                                   ! nobody
            PROXY UNKNOWN ffff::1 ffff::2 65535 65535CRLF       ! nobody
            """)
    void aLineOfVersion1NamesTheClient(String line, String client) {
        ProxyHeader header = header(line(line));
        assertThat(client(header)).isEqualTo(client);
        assertThat(header.length()).isEqualTo(line(line).length);
        assertThat(header.tls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2111, " + V4 + ", 203.0.113.9 4711",
        "2121, " + V6 + ", 2001:db8::9 4711",
        "2121, " + MAPPED + ", 203.0.113.9 4711",
        // A TLV of a type that nobody knows, and one without a value.
        "2111, " + V4 + "ea0003010203040000, 203.0.113.9 4711",
        // LOCAL: whatever it carries is to be ignored, and the family as well.
        "2000, '', nobody",
        "2011, " + V4 + ", nobody",
        "2031, 00ff, nobody",
        "2100, '', nobody",
        "2100, 040000, nobody",
    })
    void aHeaderOfVersion2NamesTheClient(String head, String payload, String client) {
        byte[] bytes = binary(head, payload);
        assertThat(client(header(bytes))).isEqualTo(client);
        assertThat(header(bytes).length()).isEqualTo(bytes.length);
    }

    @ParameterizedTest
    @CsvSource({
        // Flags, result of the verification, and the version of TLS.
        "20000f0100000000210007544c5376312e33, true",
        "2000050100000000, true",
        // With a client certificate and its name.
        "20000a070000000022000267 77, true",
        "2000050000000001, false",
        "040000, none",
    })
    void theTlvTellsWhetherTheClientSpokeTls(String tlv, String tls) {
        Optional<Boolean> expected = tls.equals("none") ? Optional.empty() : Optional.of(Boolean.valueOf(tls));
        assertThat(header(binary("2111", V4 + tlv.replace(" ", ""))).tls()).isEqualTo(expected);
    }

    @Test
    void aChecksumMustBeRight() {
        byte[] right = checked();
        assertThat(client(header(right))).isEqualTo("203.0.113.9 4711");
        for (int bit = 0; bit < right.length * 8; bit++) {
            byte[] wrong = right.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(read(wrong))
                    .as("bit " + bit)
                    .satisfiesAnyOf(
                            reading -> assertThat(reading).isInstanceOf(Malformed.class),
                            // The length can announce more than there is.
                            reading -> assertThat(reading).isInstanceOf(Incomplete.class),
                            // LOCAL says nothing, so nothing of it is looked at.
                            reading -> assertThat(reading)
                                    .isEqualTo(new Complete(
                                            new ProxyHeader(right.length, Optional.empty(), Optional.empty()))),
                            // Another type than that of a checksum: then there is none.
                            reading -> assertThat(wrong[28]).isNotEqualTo(right[28]));
        }
    }

    private static byte[] checked() {
        return binary("2111", V4 + "030004" + CHECKSUM);
    }

    @Test
    void everyBeginningOfAHeaderIsIncomplete() {
        for (byte[] whole : new byte[][] {
            line("PROXY TCP4 203.0.113.9 192.0.2.1 4711 443CRLF"),
            line("PROXY UNKNOWNCRLF"),
            binary("2111", V4 + "2000050100000000"),
            binary("2121", V6),
            binary("2000", ""),
            checked()
        }) {
            for (int length = 0; length < whole.length; length++) {
                assertThat(read(Arrays.copyOf(whole, length)))
                        .as(length + " of " + whole.length)
                        .isEqualTo(new Incomplete());
            }
            byte[] more = Arrays.copyOf(whole, whole.length + 3);
            assertThat(header(more)).isEqualTo(header(whole));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1CRLF",
                "PRoXY TCP4 203.0.113.9 192.0.2.1 4711 443CRLF",
                "PROXY\tTCP4 203.0.113.9 192.0.2.1 4711 443CRLF",
                "PROXY  TCP4 203.0.113.9 192.0.2.1 4711 443CRLF",
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711 443 CRLF",
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711CRLF",
                "PROXY TCP4 203.0.113.9  192.0.2.1 4711 443CRLF",
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\0CRLF",
                "PROXY TCP4 203.0.113.9 192.0.2.1 04711 443CRLF",
                "PROXY TCP4 203.0.113.9 192.0.2.1 +471 443CRLF",
                "PROXY TCP4 203.0.113.9 192.0.2.1 65536 443CRLF",
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711 65536CRLF",
                "PROXY TCP4 203.0.113.256 192.0.2.1 4711 443CRLF",
                "PROXY TCP4 203.0.113.09 192.0.2.1 4711 443CRLF",
                "PROXY TCP4 2001:db8::9 2001:db8::1 4711 443CRLF",
                "PROXY TCP4 203.0.113.9 2001:db8::1 4711 443CRLF",
                "PROXY TCP6 203.0.113.9 192.0.2.1 4711 443CRLF",
                "PROXY TCP6 2001:db8::9%eth0 2001:db8::1 4711 443CRLF",
                "PROXY TCP6 2001:db8::9::1 2001:db8::1 4711 443CRLF",
                "PROXY TCP4 0.0.0.0 192.0.2.1 4711 443CRLF",
                "PROXY TCP4 255.255.255.255 192.0.2.1 4711 443CRLF",
                "PROXY TCP4 224.0.0.1 192.0.2.1 4711 443CRLF",
                "PROXY TCP6 :: ::1 4711 443CRLF",
                "PROXY UDP4 203.0.113.9 192.0.2.1 4711 443CRLF",
                "PROXY UNKNOWN2CRLF",
                "PROXY CRLF",
            })
    void anyOtherLineIsMalformed(String line) {
        assertThat(why(line(line))).contains("PROXY header");
    }

    @ParameterizedTest
    @CsvSource({
        // The command and the version.
        "2211, " + V4,
        "2f11, " + V4,
        "1111, " + V4,
        "3111, " + V4,
        "0111, " + V4,
        // UDP, Unix sockets, families and transports without the other half, unknown ones.
        "2112, " + V4,
        "2122, " + V6,
        "2131, " + V6,
        "2132, " + V6,
        "2110, " + V4,
        "2101, " + V4,
        "2141, " + V4,
        "2113, " + V4,
        // Addresses that do not fit, of another family, or that nobody has.
        "2111, cb007109c0000201126701",
        "2121, " + V4,
        "2111, ''",
        "2111, 00000000c0000201126701bb",
        "2111, ffffffffc0000201126701bb",
        "2111, e0000001c0000201126701bb",
        // TLVs: a type alone, a length that is cut, a value that is cut.
        "2111, " + V4 + "04",
        "2111, " + V4 + "0400",
        "2111, " + V4 + "040001",
        "2111, " + V4 + "04ffff00",
        "2100, 04",
        // Checksums: wrong, too short, twice; TLS: too short, twice, cut inside.
        "2111, " + V4 + "03000400000000",
        "2111, " + V4 + "030003000000",
        "2111, " + V4 + "20000401000000",
        "2111, " + V4 + "20000501000000002000050100000000",
        "2111, " + V4 + "200007010000000021 00",
        "2111, " + V4 + "2000080100000000210001",
    })
    void anyOtherHeaderOfVersion2IsMalformed(String head, String payload) {
        assertThat(why(binary(head, payload.replace(" ", "")))).contains("PROXY header");
    }

    @Test
    void whatIsTooLongIsMalformedBeforeItIsThere() {
        byte[] endless = new byte[ProxyHeaderDecoder.LONGEST_LINE];
        Arrays.fill(endless, (byte) ' ');
        System.arraycopy(line("PROXY UNKNOWN"), 0, endless, 0, 13);
        assertThat(read(Arrays.copyOf(endless, 106))).isEqualTo(new Incomplete());
        assertThat(why(endless)).isEqualTo("a PROXY header of version 1 with more than 107 bytes");
        endless[105] = '\r';
        endless[106] = '\n';
        assertThat(header(endless).length()).isEqualTo(107);

        assertThat(why(hex(SIGNATURE + "21110401"))).contains("more than 1024 bytes");
        assertThat(why(hex(SIGNATURE + "2000ffff"))).contains("more than 1024 bytes");
        byte[] longest = binary("2111", V4 + "0403f1" + "00".repeat(1009));
        assertThat(header(longest).length()).isEqualTo(ProxyHeaderDecoder.LONGEST);
    }

    @Test
    void aWrongByteIsSeenAtOnce() {
        byte[] binary = hex(SIGNATURE + "21");
        for (int at = 0; at < binary.length; at++) {
            byte[] wrong = Arrays.copyOf(binary, at + 1);
            wrong[at] ^= 0x40;
            assertThat(read(wrong)).as("byte " + at).isInstanceOf(Malformed.class);
        }
        byte[] text = line("PROXY ");
        for (int at = 0; at < text.length; at++) {
            byte[] wrong = Arrays.copyOf(text, at + 1);
            wrong[at] ^= 0x01;
            assertThat(read(wrong)).as("byte " + at).isInstanceOf(Malformed.class);
        }
    }

    @Test
    void theBufferStaysAsItIsAndMayBeginAnywhere() {
        ByteBuffer bytes = ByteBuffer.wrap(line("xxPROXY TCP4 203.0.113.9 192.0.2.1 4711 443CRLFGET"));
        bytes.position(2);
        assertThat(ProxyHeaderDecoder.read(bytes))
                .isEqualTo(new Complete(new ProxyHeader(
                        43, Optional.of(new InetSocketAddress("203.0.113.9", 4711)), Optional.empty())));
        assertThat(bytes.position()).isEqualTo(2);
    }
}
