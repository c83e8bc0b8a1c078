package io.gatehouse.dist.installed;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An image that {@code make-image} has made of the tarball, with the packages that {@code ./test} has fetched.
 *
 * @param archive the archive
 * @param layout the unpacked archive
 */
record ContainerImage(TestFolder folder, Path archive, Path layout) {
    private static final Path MAKE = Path.of("src/build/make-image").toAbsolutePath();
    private static final Path PACKAGES = Path.of("target/image-packages").toAbsolutePath();
    private static final Pattern LAYERS = Pattern.compile("\"Layers\":\\[([^]]*)]");
    private static final Pattern BLOB = Pattern.compile("blobs/sha256/[0-9a-f]{64}");

    /**
     * A file of a layer, as tar lists it.
     *
     * @param mode for example {@code -rw-r--r--}
     * @param owner for example {@code 0/0}
     * @param path without the dot in front
     */
    record Entry(String mode, String owner, String path) {}

    static void assume() {
        RequiredTools.assume("dpkg-deb", "tar", "gzip", "sha256sum");
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        RequiredTools.assumeFile(
                PACKAGES.resolve(architecture).resolve("libc6.deb"),
                "nothing, but run dist/src/build/make-image --fetch dist/target/image-packages");
    }

    static ContainerImage make(TestFolder folder, String... options) {
        Path archive = folder.fresh("image.tar");
        List<String> line = new ArrayList<>(List.of(MAKE.toString()));
        line.addAll(List.of(options));
        try {
            line.addAll(List.of(archive.toString(), InstalledGateway.tarball().toString()));
            Command.of(line.toArray(String[]::new))
                    .withEnvironment(
                            Map.of("GATEHOUSE_OFFLINE", "true", "GATEHOUSE_IMAGE_PACKAGES", PACKAGES.toString()))
                    .within(Duration.ofMinutes(4))
                    .runOrThrow(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path layout = folder.freshFolder("layout");
        Command.of("tar", "-xf", archive.toString(), "-C", layout.toString()).runOrThrow(folder);
        return new ContainerImage(folder, archive, layout);
    }

    /** The files of its layers, in their order, named by their SHA-256. */
    List<String> layers() {
        try {
            return LAYERS.matcher(Files.readString(layout.resolve("manifest.json")))
                    .results()
                    .flatMap(found -> BLOB.matcher(found.group(1)).results())
                    .map(MatchResult::group)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in all layers. */
    List<Entry> entries() {
        return layers().stream().flatMap(this::entries).toList();
    }

    private Stream<Entry> entries(String layer) {
        return Command.of(
                        "tar", "--numeric-owner", "-tvzf", layout.resolve(layer).toString())
                .runOrThrow(folder)
                .lines()
                .map(line -> line.split("\\s+", 6))
                .map(parts -> new Entry(parts[0], parts[1], parts[5].replaceFirst("^\\.", "")));
    }
}
