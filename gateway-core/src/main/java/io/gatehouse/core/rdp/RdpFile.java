package io.gatehouse.core.rdp;

import io.gatehouse.core.policy.Parsed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of a {@code .rdp} file in their order, known and unknown ones alike. Immutable; no two settings have one name.
 *
 * @param settings line by line
 */
public record RdpFile(List<RdpSetting> settings) {
    /** No settings. */
    public static final RdpFile EMPTY = new RdpFile(List.of());

    /** More than any client writes. */
    static final int LARGEST_FILE = 256 * 1024;

    private static final int MOST_SETTINGS = 512;
    private static final int MOST_PROBLEMS = 16;

    public RdpFile {
        settings = List.copyOf(settings);
        if (settings.stream().map(RdpSetting::key).distinct().count() < settings.size()) {
            throw new IllegalArgumentException("two settings of one name");
        }
    }

    /**
     * Reads a file in any encoding that clients write: UTF-16 of either byte order, UTF-8 with or without a byte order mark.
     * Blank lines are left out. All problems are reported at once, each with its line; texts of the file are not quoted.
     */
    public static Parsed<RdpFile> parse(byte[] bytes) {
        if (bytes.length > LARGEST_FILE) {
            return Parsed.faulty("%d bytes (expected at most %d)".formatted(bytes.length, LARGEST_FILE));
        }
        Optional<String> text = decode(bytes);
        if (text.isEmpty()) {
            return Parsed.faulty("neither UTF-8 nor UTF-16 text");
        }
        List<String> problems = new ArrayList<>();
        List<RdpSetting> settings = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        int number = 0;
        for (String line : text.get().split("\r\n|\n|\r", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            switch (RdpSetting.parse(line)) {
                case Parsed.Faulty<RdpSetting>(String problem) -> problems.add("line " + number + ": " + problem);
                case Parsed.Valid<RdpSetting>(RdpSetting setting) -> {
                    Integer before = lines.putIfAbsent(setting.key(), number);
                    if (before != null) {
                        problems.add("line " + number + ": the setting of line " + before + " again");
                    }
                    settings.add(setting);
                }
            }
            if (problems.size() >= MOST_PROBLEMS || settings.size() > MOST_SETTINGS) {
                problems.add("and so on");
                break;
            }
        }
        return problems.isEmpty() ? Parsed.valid(new RdpFile(settings)) : Parsed.faulty(String.join("; ", problems));
    }

    private static Optional<String> decode(byte[] bytes) {
        if (startsWith(bytes, 0xff, 0xfe)) {
            return decode(bytes, 2, StandardCharsets.UTF_16LE);
        }
        if (startsWith(bytes, 0xfe, 0xff)) {
            return decode(bytes, 2, StandardCharsets.UTF_16BE);
        }
        if (startsWith(bytes, 0xef, 0xbb, 0xbf)) {
            return decode(bytes, 3, StandardCharsets.UTF_8);
        }
        boolean bareSixteen = bytes.length >= 2 && bytes[0] != 0 && bytes[1] == 0;
        return decode(bytes, 0, bareSixteen ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
    }

    private static Optional<String> decode(byte[] bytes, int offset, Charset charset) {
        try {
            return Optional.of(charset.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, offset, bytes.length - offset))
                    .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        for (int i = 0; i < start.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != start[i]) {
                return false;
            }
        }
        return true;
    }

    /** The setting of that name, case ignored. */
    public Optional<RdpSetting> find(String name) {
        return settings.stream().filter(setting -> setting.isNamed(name)).findFirst();
    }

    /** With {@code setting} in the place of the one of its name, or at the end. */
    public RdpFile with(RdpSetting setting) {
        if (find(setting.name()).isEmpty()) {
            return new RdpFile(
                    Stream.concat(settings.stream(), Stream.of(setting)).toList());
        }
        return new RdpFile(settings.stream()
                .map(old -> old.isNamed(setting.name()) ? setting : old)
                .toList());
    }

    /** With all settings of {@code other}, which win over those of this file. */
    public RdpFile with(RdpFile other) {
        RdpFile merged = this;
        for (RdpSetting setting : other.settings()) {
            merged = merged.with(setting);
        }
        return merged;
    }

    /** Without the setting of that name. */
    public RdpFile without(String name) {
        return new RdpFile(
                settings.stream().filter(setting -> !setting.isNamed(name)).toList());
    }

    /**
     * The file's bytes, in the one encoding that every client reads: ASCII where that is enough, or else UTF-16 in little endian
     * with a byte order mark. (FreeRDP does not recognise the first setting behind the mark of UTF-8.) Lines end with CR LF.
     */
    public byte[] encode() {
        StringBuilder text = new StringBuilder();
        settings.forEach(setting -> text.append(setting.line()).append("\r\n"));
        boolean ascii = text.chars().allMatch(character -> character < 0x80);
        return ascii
                ? text.toString().getBytes(StandardCharsets.US_ASCII)
                : text.insert(0, '\ufeff').toString().getBytes(StandardCharsets.UTF_16LE);
    }
}
