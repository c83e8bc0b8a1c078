package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the blocks of a PEM file (RFC 7468). What stands around them does not matter: a byte order mark, and text in
 * any encoding. Files of other formats are named as what they are, with the command that converts them.
 */
public final class PemText {
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9][A-Z0-9 ]{0,63})-----");

    private PemText() {}

    /**
     * One block.
     *
     * @param label stands between {@code -----BEGIN} and {@code -----}
     * @param text the block with its first and its last line, each line without space around it and ended by a line
     *     feed
     */
    public record Block(String label, String text) {}

    /**
     * All blocks of a file in their order; none for a text without blocks.
     *
     * @param file names the file in commands
     * @param content what stands in it
     * @throws ProviderException when it is not PEM, or a block does not end; the message does not begin with the file's
     *     name
     */
    public static List<Block> blocks(Path file, byte[] content) throws ProviderException {
        BinaryFormat.refuse(file, content);
        // Every byte is a character, so that no text around the blocks can be wrong.
        String text = new String(content, StandardCharsets.ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(text);
        for (int from = 0; begin.find(from); ) {
            String label = begin.group(1);
            String last = "-----END " + label + "-----";
            int end = text.indexOf(last, begin.end());
            if (end < 0) {
                throw new ProviderException(
                        "the block -----BEGIN " + label + "----- does not end (expected " + last + ")");
            }
            from = end + last.length();
            blocks.add(new Block(label, stripped(text.substring(begin.start(), from))));
        }
        return blocks;
    }

    /** What a file has instead of what is wanted: {@code found -----BEGIN …-----}, or nothing. */
    public static String found(List<Block> blocks) {
        String labels = blocks.stream()
                .map(block -> "-----BEGIN " + block.label() + "-----")
                .distinct()
                .limit(3)
                .collect(Collectors.joining(", "));
        return labels.isEmpty() ? "" : ", found " + labels;
    }

    private static String stripped(String block) {
        return block.lines().map(String::strip).collect(Collectors.joining("\n", "", "\n"));
    }
}
