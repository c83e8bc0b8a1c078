package io.gatehouse.core.rdp;

import io.gatehouse.core.text.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of a {@code .rdp} file in their order, known and unknown ones alike. Immutable; no two settings have one
 * name.
 *
 * @param settings line by line
 */
public record RdpFile(List<RdpSetting> settings) {
    /** No settings. */
    public static final RdpFile EMPTY = new RdpFile(List.of());

    /** More than any client writes. */
    static final int LARGEST_FILE = 256 * 1024;

    public RdpFile {
        settings = List.copyOf(settings);
        if (settings.stream().map(RdpSetting::key).distinct().count() < settings.size()) {
            throw new IllegalArgumentException("two settings of one name");
        }
    }

    /**
     * Reads a file of our own making, in which every line must be right; {@link RdpTemplate} reads those of others. All
     * problems are reported at once, each with its line; texts of the file are not quoted.
     */
    public static Parsed<RdpFile> parse(byte[] bytes) {
        return switch (RdpLines.read(bytes)) {
            case Parsed.Faulty<RdpLines>(String problem) -> Parsed.faulty(problem);
            case Parsed.Valid<RdpLines>(RdpLines lines) ->
                lines.remarks().isEmpty()
                        ? Parsed.valid(lines.file())
                        : Parsed.faulty(RdpLines.joined(lines.remarks().stream()
                                .map(RdpLines.Remark::problem)
                                .toList()));
        };
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
        Map<String, RdpSetting> merged = new LinkedHashMap<>();
        settings.forEach(setting -> merged.put(setting.key(), setting));
        other.settings().forEach(setting -> merged.put(setting.key(), setting));
        return new RdpFile(List.copyOf(merged.values()));
    }

    /** Without the setting of that name. */
    public RdpFile without(String name) {
        return new RdpFile(
                settings.stream().filter(setting -> !setting.isNamed(name)).toList());
    }

    /**
     * The file's bytes, in the one encoding that every client reads: ASCII where that is enough, or else UTF-16 in
     * little endian with a byte order mark. (FreeRDP does not recognise the first setting behind the mark of UTF-8.)
     * Lines end with CR LF.
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
