package io.gatehouse.formats.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Text that people wrote with any editor: UTF-8, whether it begins with a byte order mark or not. */
public final class Utf8 {
    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private Utf8() {}

    /** {@code content} without the byte order mark that it may begin with. */
    public static byte[] withoutMark(byte[] content) {
        boolean marked = content.length >= MARK.length && Arrays.equals(content, 0, MARK.length, MARK, 0, MARK.length);
        return marked ? Arrays.copyOfRange(content, MARK.length, content.length) : content;
    }

    /** The text without its byte order mark; empty when the content is not UTF-8. */
    public static Optional<String> decode(byte[] content) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(withoutMark(content)))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether the content looks like the 16-bit text that Windows' tools write: {@code >} of PowerShell, "Unicode" of
     * Notepad.
     */
    public static boolean looksLikeUtf16(byte[] content) {
        return BinaryFormat.of(content).equals(Optional.of(BinaryFormat.UTF_16));
    }
}
