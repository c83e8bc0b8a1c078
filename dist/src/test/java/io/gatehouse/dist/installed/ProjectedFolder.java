package io.gatehouse.dist.installed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * A folder as the kubelet shows ConfigMaps and Secrets to a container with {@code fsGroup}: each file is a symbolic
 * link through {@code ..data} to a folder of one version, files are root's with mode 0440 and the group, and a change
 * replaces {@code ..data} at one time (AtomicWriter and SetVolumeOwnership of Kubernetes).
 *
 * @param path the folder
 * @param group the number of the group
 */
record ProjectedFolder(Path path, int group) {
    private static final String DATA = "..data";

    /** Shows these files from now on, by their names, which may have a folder in them. */
    void show(String version, Map<String, String> files) {
        try {
            Path folder = path.resolve(".." + version);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path real = folder.resolve(file.getKey());
                Files.createDirectories(real.getParent());
                Files.writeString(real, file.getValue());
                Files.setAttribute(real, "unix:gid", group);
                Files.setAttribute(real, "unix:mode", 0440);
            }
            Path next = path.resolve("..data_tmp");
            Files.createSymbolicLink(next, folder.getFileName());
            Files.move(next, path.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
            for (String file : files.keySet()) {
                String first = file.replaceFirst("/.*", "");
                if (!Files.isSymbolicLink(path.resolve(first))) {
                    Files.createSymbolicLink(path.resolve(first), Path.of(DATA, first));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
