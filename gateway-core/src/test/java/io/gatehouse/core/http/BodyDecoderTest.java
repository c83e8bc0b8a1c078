package io.gatehouse.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 sections 6.2 and 7.1. CR and LF are written as they are in Java. */
class BodyDecoderTest {
    private static final String TWO_CHUNKS = "5\r\nhello\r\n10 \t;a=\"b c\"\r\n, cruel as it is\r\n0\r\n\r\nGET /";

    @Test
    void chunksAreOneStreamAndWhatFollowsIsLeft() throws MalformedBodyException {
        ByteBuffer bytes = bytes(TWO_CHUNKS);
        BodyDecoder decoder = BodyDecoder.chunked();
        assertThat(decode(decoder, bytes)).isEqualTo("hello, cruel as it is");
        assertThat(decoder.isOver()).isTrue();
        assertThat(StandardCharsets.ISO_8859_1.decode(bytes).toString()).isEqualTo("\r\nGET /");
    }

    @Test
    void anyCuttingGivesTheSameBytes() throws MalformedBodyException {
        for (int first = 0; first <= TWO_CHUNKS.length(); first++) {
            for (int second = first; second <= TWO_CHUNKS.length(); second++) {
                BodyDecoder decoder = BodyDecoder.chunked();
                String body = decode(decoder, bytes(TWO_CHUNKS.substring(0, first)))
                        + decode(decoder, bytes(TWO_CHUNKS.substring(first, second)))
                        + decode(decoder, bytes(TWO_CHUNKS.substring(second)));
                assertThat(body).isEqualTo("hello, cruel as it is");
                assertThat(decoder.isOver()).isTrue();
            }
        }
    }

    @Test
    void aBodyOfALengthEndsWithIt() throws MalformedBodyException {
        BodyDecoder decoder = BodyDecoder.ofLength(7);
        assertThat(decode(decoder, bytes("5\r\n"))).isEqualTo("5\r\n");
        assertThat(decoder.isOver()).isFalse();
        ByteBuffer bytes = bytes("hellohello");
        assertThat(decode(decoder, bytes)).isEqualTo("hell");
        assertThat(decoder.isOver()).isTrue();
        assertThat(bytes.remaining()).isEqualTo(6);
        assertThat(BodyDecoder.ofLength(0).isOver()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"FFFFFFFF, 4294967295", "00000005, 5", "aBc, 2748"})
    void sizesAreHexadecimal(String size, long length) throws MalformedBodyException {
        BodyDecoder decoder = BodyDecoder.chunked();
        ByteBuffer hello = bytes(size + "\r\nhello");
        assertThat(decode(decoder, hello)).isEqualTo("hello");
        ByteBuffer rest = ByteBuffer.allocate(1 << 20);
        for (long left = length - 5; left > 0; left -= rest.remaining()) {
            rest.clear().limit((int) Math.min(left, rest.capacity()));
            ByteBuffer piece = decoder.next(rest.duplicate());
            assertThat(piece).isNotNull().extracting(ByteBuffer::remaining).isEqualTo(rest.remaining());
        }
        assertThat(decode(decoder, bytes("\r\n0\r\n"))).isEmpty();
        assertThat(decoder.isOver()).isTrue();
    }

    /** What two implementations may read differently is no chunk. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+5\r\nhello\r\n",
                "-5\r\nhello\r\n",
                "0x5\r\nhello\r\n",
                " 5\r\nhello\r\n",
                "\r\n5\r\nhello\r\n",
                ";x\r\nhello\r\n",
                "\n",
                "g\r\n",
                "5\nhello\r\n",
                "5\rhello\r\n",
                "5\r\rhello\r\n",
                "5 \nhello\r\n",
                "5;x\nhello\r\n",
                "5;x\0\r\nhello\r\n",
                "5;x\u007f\r\nhello\r\n",
                "5,5\r\nhello\r\n",
                "5 5\r\nhello\r\n",
                "5 a\r\nhello\r\n",
                "5\r\nhelloX",
                "5\r\nhello\n",
                "5\r\nhello\rX",
                "5\r\nhello0\r\n",
                "000000005\r\nhello\r\n",
                "100000005\r\nhello\r\n",
                "fffffffffffffffff\r\nhello\r\n"
            })
    void whatIsNoChunkIsRefused(String body) {
        assertThatThrownBy(() -> decode(BodyDecoder.chunked(), bytes(body)))
                .isInstanceOf(MalformedBodyException.class)
                .hasMessageContaining("chunk");
    }

    @Test
    void anExtensionIsBounded() throws MalformedBodyException {
        assertThat(decode(BodyDecoder.chunked(), bytes("5;" + "x".repeat(255) + "\r\nhello")))
                .isEqualTo("hello");
        assertThatThrownBy(() -> decode(BodyDecoder.chunked(), bytes("5;" + "x".repeat(256))))
                .isInstanceOf(MalformedBodyException.class)
                .hasMessage("chunk extension of more than 256 bytes");
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String decode(BodyDecoder decoder, ByteBuffer bytes) throws MalformedBodyException {
        StringBuilder body = new StringBuilder();
        for (ByteBuffer piece = decoder.next(bytes); piece != null; piece = decoder.next(bytes)) {
            assertThat(piece.hasRemaining()).isTrue();
            body.append(StandardCharsets.ISO_8859_1.decode(piece));
        }
        assertThat(decoder.isOver() || !bytes.hasRemaining()).isTrue();
        return body.toString();
    }
}
