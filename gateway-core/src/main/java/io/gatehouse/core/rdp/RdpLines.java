package io.gatehouse.core.rdp;

import io.gatehouse.core.text.Parsed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lines of a {@code .rdp} file, good and bad ones apart.
 *
 * @param file the settings of the good ones
 * @param remarks what is to be said of the others
 */
record RdpLines(RdpFile file, List<Remark> remarks) {
    private static final int MOST_SETTINGS = 4096;
    private static final int MOST_REMARKS = 16;

    RdpLines {
        remarks = List.copyOf(remarks);
    }

    /**
     * Something about a line.
     *
     * @param problem what is wrong, with the number of the line
     * @param outcome what became of it
     */
    record Remark(String problem, String outcome) {
        /** All in one sentence. */
        String note() {
            return problem + "; " + outcome;
        }
    }

    /** Remarks in one line, of which there may be very many. */
    static String joined(List<String> remarks) {
        Stream<String> told = remarks.stream().limit(MOST_REMARKS);
        return (remarks.size() > MOST_REMARKS ? Stream.concat(told, Stream.of("and so on")) : told)
                .collect(Collectors.joining("; "));
    }

    /** Cuts a whole file; faulty when it is not the text of such a file. */
    static Parsed<RdpLines> read(byte[] bytes) {
        if (bytes.length > RdpFile.LARGEST_FILE) {
            return Parsed.faulty("%d bytes (expected at most %d)".formatted(bytes.length, RdpFile.LARGEST_FILE));
        }
        return decode(bytes)
                .map(text -> read(withoutEnd(text)))
                .orElseGet(() -> Parsed.faulty("neither UTF-8 nor UTF-16 text"));
    }

    private static Parsed<RdpLines> read(String text) {
        Map<String, RdpSetting> settings = new LinkedHashMap<>();
        Map<String, Integer> places = new HashMap<>();
        List<Remark> remarks = new ArrayList<>();
        int number = 0;
        int found = 0;
        for (String line : text.split("\r\n|\n|\r", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String place = "line " + number + ": ";
            String spaced = line.replace('\t', ' ');
            switch (RdpSetting.parse(spaced)) {
                case Parsed.Faulty<RdpSetting>(String problem) -> remarks.add(new Remark(place + problem, "left out"));
                case Parsed.Valid<RdpSetting>(RdpSetting setting) -> {
                    if (!spaced.equals(line)) {
                        remarks.add(new Remark(place + "tabulator", "a space stands there now"));
                    }
                    Integer before = places.put(setting.key(), number);
                    if (before != null) {
                        remarks.add(
                                new Remark(place + "the setting of line " + before + " again", "the later one counts"));
                    }
                    settings.put(setting.key(), setting);
                    found++;
                }
            }
            if (found > MOST_SETTINGS) {
                return Parsed.faulty("more than " + MOST_SETTINGS + " settings");
            }
        }
        return Parsed.valid(new RdpLines(new RdpFile(List.copyOf(settings.values())), remarks));
    }

    /** Programs in C write the end of their text with it. */
    private static String withoutEnd(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
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
}
