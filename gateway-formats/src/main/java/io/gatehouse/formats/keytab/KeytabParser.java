package io.gatehouse.formats.keytab;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.text.PrintableText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the MIT keytab format 0x0502: two bytes of version, then entries with a signed 32-bit length in front of each.
 * A negative length is a hole that a removed entry left; a length of 0 ends the file. All numbers are big-endian.
 */
final class KeytabParser {
    private static final int FORMAT = 0x0502;
    private static final int MOST_KEYS = 4096;
    private static final int MOST_COMPONENTS = 16;
    private static final int LONGEST_NAME = 1024;
    private static final int LONGEST_KEY = 256;
    private static final int BYTES_OF_WIDE_VERSION = 4;

    private final ByteBuffer entry;
    private final int offset;

    private KeytabParser(ByteBuffer entry, int offset) {
        this.entry = entry;
        this.offset = offset;
    }

    static List<KeytabKey> parse(byte[] bytes) throws ProviderException {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        if (file.remaining() < Short.BYTES) {
            throw new ProviderException("has " + bytes.length + " bytes (expected a keytab)");
        }
        int format = Short.toUnsignedInt(file.getShort());
        if (format != FORMAT) {
            throw new ProviderException("begins with 0x%04x (expected a keytab of format 0x0502)".formatted(format));
        }
        List<KeytabKey> keys = new ArrayList<>();
        while (file.hasRemaining()) {
            int offset = file.position();
            if (file.remaining() < Integer.BYTES) {
                throw problem(offset, "the length of the entry is cut off");
            }
            int length = file.getInt();
            if (length == 0) {
                break;
            }
            if (Math.abs((long) length) > file.remaining()) {
                throw problem(
                        offset,
                        "length " + length + " (expected at most " + file.remaining() + ", the rest of the file)");
            }
            int end = file.position() + Math.abs(length);
            if (length > 0) {
                if (keys.size() == MOST_KEYS) {
                    throw new ProviderException("holds more than " + MOST_KEYS + " keys (expected at most that)");
                }
                keys.add(new KeytabParser(file.slice(file.position(), length), offset).key());
            }
            file.position(end);
        }
        return List.copyOf(keys);
    }

    private KeytabKey key() throws ProviderException {
        int count = number(Short.BYTES, "the number of components");
        if (count < 1 || count > MOST_COMPONENTS) {
            throw problem(count + " components of a name (expected 1 to " + MOST_COMPONENTS + ")");
        }
        String realm = text("realm");
        List<String> components = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            components.add(text("component of the name"));
        }
        number(Integer.BYTES, "the name type");
        number(Integer.BYTES, "the time");
        long version = number(Byte.BYTES, "the key version");
        // Signed in the registry, where negative numbers are for private use.
        int encryptionType = (short) number(Short.BYTES, "the encryption type");
        byte[] key = octets(LONGEST_KEY, "key");
        if (entry.remaining() >= BYTES_OF_WIDE_VERSION) {
            long wide = Integer.toUnsignedLong(entry.getInt());
            version = wide == 0 ? version : wide;
        }
        try {
            return new KeytabKey(components, realm, version, encryptionType, Secret.of(key));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private int number(int size, String what) throws ProviderException {
        if (entry.remaining() < size) {
            throw problem(what + " is cut off");
        }
        return switch (size) {
            case Byte.BYTES -> Byte.toUnsignedInt(entry.get());
            case Short.BYTES -> Short.toUnsignedInt(entry.getShort());
            default -> entry.getInt();
        };
    }

    private byte[] octets(int longest, String what) throws ProviderException {
        int length = number(Short.BYTES, "the length of the " + what);
        if (length < 1 || length > longest || length > entry.remaining()) {
            throw problem(
                    what + " of " + length + " bytes (expected 1 to " + Math.min(longest, entry.remaining()) + ")");
        }
        byte[] octets = new byte[length];
        entry.get(octets);
        return octets;
    }

    private String text(String what) throws ProviderException {
        byte[] octets = octets(LONGEST_NAME, what);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            if (!PrintableText.isPrintable(text)) {
                throw problem(what + " with control characters");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw problem(what + " that is not UTF-8");
        }
    }

    private ProviderException problem(String text) {
        return problem(offset, text);
    }

    private static ProviderException problem(int offset, String text) {
        return new ProviderException("entry at byte " + offset + ": " + text);
    }
}
