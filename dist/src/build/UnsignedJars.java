import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Copies jars without their signatures, because Java keeps no class of a signed jar in an AOT cache. Nothing in the
 * gateway asks for these signatures: OpenJDK takes security providers that are not signed. The digests of all files,
 * which belong to a signature, go as well: Java would parse a megabyte of them at each start, and keep it. The
 * arguments are the folder for the copies, and the jars.
 */
final class UnsignedJars {
    private UnsignedJars() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (int index = 1; index < arguments.length; index++) {
            Path jar = Path.of(arguments[index]);
            copy(jar, folder.resolve(jar.getFileName()));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (JarFile signed = new JarFile(from.toFile(), false);
                OutputStream file = Files.newOutputStream(to);
                JarOutputStream unsigned = new JarOutputStream(file)) {
            for (Enumeration<JarEntry> entries = signed.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (isSignature(entry.getName())) {
                    continue;
                }
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTimeLocal(entry.getTimeLocal()); // the same bytes in each build
                unsigned.putNextEntry(copy);
                if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    withoutDigests(signed.getManifest()).write(unsigned);
                } else {
                    signed.getInputStream(entry).transferTo(unsigned);
                }
                unsigned.closeEntry();
            }
        }
    }

    /** What else it says of single files stays. */
    private static Manifest withoutDigests(Manifest manifest) {
        for (Attributes file : manifest.getEntries().values()) {
            file.keySet().removeIf(name -> name.toString().endsWith("-Digest"));
        }
        manifest.getEntries().values().removeIf(Attributes::isEmpty);
        return manifest;
    }

    private static boolean isSignature(String name) {
        return name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    }
}
