package io.gatehouse.dist;

import io.gatehouse.core.policy.Parsed;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.RdpSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads and changes {@code .rdp} files for commands. */
final class RdpFiles {
    /** More than any client writes; the model checks the exact limit. */
    private static final int LARGEST_INPUT = 1 << 20;

    private RdpFiles() {}

    static RdpFile read(Path file) throws CommandException, IOException {
        byte[] bytes;
        try (InputStream input = Files.newInputStream(file)) {
            bytes = input.readNBytes(LARGEST_INPUT);
        } catch (NoSuchFileException _) {
            throw CommandException.failed(file + ": there is no such file");
        }
        return switch (RdpFile.parse(bytes)) {
            case Parsed.Valid<RdpFile>(RdpFile parsed) -> parsed;
            case Parsed.Faulty<RdpFile>(String problem) -> throw CommandException.failed(file + ": " + problem);
        };
    }

    /** {@code original} with the settings of {@code --set}. */
    static RdpFile changed(RdpFile original, List<String> changes) throws CommandException {
        RdpFile changed = original;
        for (String change : changes) {
            changed = switch (RdpSetting.parse(change)) {
                case Parsed.Valid<RdpSetting>(RdpSetting setting) -> changed.with(setting);
                case Parsed.Faulty<RdpSetting>(String problem) ->
                    throw CommandException.wrong("--set " + change + ": " + problem);
            };
        }
        return changed;
    }
}
