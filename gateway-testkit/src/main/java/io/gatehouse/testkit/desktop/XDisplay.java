package io.gatehouse.testkit.desktop;

import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProgramNetwork;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * An X server of our own, with the hands and eyes of a user: paint, type, click, look.
 *
 * <p>The server picks its display number itself. Closing ends the server and what was {@linkplain #start started} on
 * it. One thread at a time.
 */
public final class XDisplay implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(15);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(10);
    private static final Pattern DISPLAY_NUMBER = Pattern.compile("(?m)^(\\d+)$");
    /** Numbers of displays that are VNC servers; X has no more than there are ports above 6000. */
    private static final int FIRST_NUMBER = 1_000;

    private static final int NUMBERS = 50_000;

    private static final int TOLERANCE = 8;
    /**
     * Otherwise a server begins anew when its last client goes, after each screenshot perhaps, and refuses who comes
     * just then.
     */
    private static final String STAY = "-noreset";

    private final TestFolder folder;
    private final OwnProcess server;
    private final String name;
    private final String toolHome;
    private final List<OwnProcess> guests = new ArrayList<>();

    private XDisplay(TestFolder folder, OwnProcess server, String name) {
        this.folder = folder;
        this.server = server;
        this.name = name;
        this.toolHome = folder.freshFolder("tools.home").toString();
    }

    /** A display without a screen (Xvfb), 24 bits deep; ready when this returns. */
    public static XDisplay virtual(TestFolder folder, Dimension size) {
        List<String> command = new ArrayList<>(List.of("Xvfb", "-displayfd", "1", "-nolisten", "tcp", STAY));
        command.addAll(List.of("-screen", "0", geometry(size) + "x24"));
        return start(folder, command);
    }

    /**
     * A display that is also a VNC server without password on the loopback address of {@code network} (Xvnc); ready
     * when this returns.
     */
    static XDisplay vnc(TestFolder folder, ProgramNetwork network, Dimension size, int vncPort) {
        // Servers take the first number that is free in their own network, and would take sockets of ours in /tmp.
        String number = ":" + (FIRST_NUMBER + vncPort % NUMBERS);
        List<String> command = new ArrayList<>(List.of("Xvnc", number, "-displayfd", "1", "-nolisten", "tcp", STAY));
        command.addAll(List.of("-geometry", geometry(size), "-depth", "24"));
        command.addAll(List.of("-SecurityTypes", "None", "-localhost", "-interface", "127.0.0.1"));
        command.addAll(List.of("-rfbport", String.valueOf(vncPort)));
        return start(folder, network.command(command));
    }

    private static XDisplay start(TestFolder folder, List<String> command) {
        OwnProcess server = OwnProcess.start(folder, Map.of(), command);
        // The number is written only when the server takes connections.
        Optional<String> number = Wait.first(START_LIMIT, () -> {
            Matcher matcher = DISPLAY_NUMBER.matcher(server.output());
            return server.isAlive() && matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        });
        if (number.isEmpty()) {
            String report = server.report();
            server.close();
            throw new DesktopException("no display within " + START_LIMIT.toSeconds() + " s: " + report);
        }
        return new XDisplay(folder, server, ":" + number.get());
    }

    /** The value for {@code DISPLAY}, such as {@code :3}. */
    public String name() {
        return name;
    }

    /** Gives the root window one colour. */
    public void paint(Color colour) {
        run("xsetroot", "-solid", Pixels.hex(colour));
    }

    /** Presses and releases the keys for {@code text}, whoever has the focus. */
    public void type(String text) {
        run("xdotool", "type", "--delay", "30", "--", text);
    }

    /** Presses and releases one key by its X name, such as {@code Return} or {@code ctrl+c}. */
    public void key(String keysym) {
        run("xdotool", "key", "--delay", "30", "--", keysym);
    }

    /** Moves the pointer; pixels from the upper left corner. */
    public void moveMouse(int x, int y) {
        run("xdotool", "mousemove", String.valueOf(x), String.valueOf(y));
    }

    /** Moves the pointer and clicks the left button there. */
    public void click(int x, int y) {
        moveMouse(x, y);
        run("xdotool", "click", "1");
    }

    /** What the display shows now. It is looked at again and again, so nothing is computed to make the file small. */
    public BufferedImage screenshot() {
        Path file = folder.fresh("screenshot.bmp");
        run("import", "-silent", "-window", "root", "bmp:" + file);
        try {
            BufferedImage image = ImageIO.read(file.toFile());
            if (image == null) {
                throw new DesktopException("not a picture: " + file);
            }
            Files.delete(file);
            return image;
        } catch (IOException e) {
            throw new DesktopException("cannot read " + file, e);
        }
    }

    /** Which part of the display has about this colour now, 0 to 1. */
    public double shareOf(Color colour) {
        return Pixels.shareOf(screenshot(), colour, TOLERANCE);
    }

    /**
     * Waits until at least this part of the display has about this colour.
     *
     * @param share 0 to 1
     * @throws AssertionError if it has not within {@code limit}; what was seen last is then a file in the folder
     */
    public void awaitColour(Color colour, double share, Duration limit) {
        awaitColour(colour, share, limit, () -> true);
    }

    void awaitColour(Color colour, double share, Duration limit, BooleanSupplier worthWaiting) {
        AtomicReference<BufferedImage> last = new AtomicReference<>(screenshot());
        Wait.until(limit, () -> {
            boolean more = worthWaiting.getAsBoolean();
            last.set(screenshot());
            return Pixels.shareOf(last.get(), colour, TOLERANCE) >= share || !more;
        });
        double seen = Pixels.shareOf(last.get(), colour, TOLERANCE);
        if (seen < share) {
            String most = Pixels.hex(Pixels.dominantColour(last.get()));
            throw new AssertionError(String.format(
                    "colour %s covers %.3f of display %s (expected at least %.3f within %d s); most of it is %s: %s",
                    Pixels.hex(colour), seen, name, share, limit.toSeconds(), most, save(last.get())));
        }
    }

    /** Starts a program on this display; it ends with the display at the latest. */
    OwnProcess start(String... command) {
        OwnProcess guest = OwnProcess.start(folder, Map.of("DISPLAY", name), List.of(command));
        guests.add(guest);
        return guest;
    }

    /** Runs a program on this display to its end and returns what it wrote. */
    String run(String... command) {
        try (OwnProcess tool = tool(command)) {
            OptionalInt code = tool.awaitExit(COMMAND_LIMIT);
            if (code.isEmpty() || code.getAsInt() != 0) {
                throw new DesktopException(tool.report() + "\n" + report());
            }
            return tool.takeOutput();
        }
    }

    /** {@link #run}, or empty if the program failed. */
    Optional<String> tryRun(String... command) {
        try (OwnProcess tool = tool(command)) {
            OptionalInt code = tool.awaitExit(COMMAND_LIMIT);
            String output = tool.takeOutput();
            return code.isPresent() && code.getAsInt() == 0 ? Optional.of(output) : Optional.empty();
        }
    }

    /** What the server and the programs started here wrote last. */
    String report() {
        return Stream.concat(Stream.of(server), guests.stream())
                .map(OwnProcess::report)
                .collect(Collectors.joining("\n"));
    }

    private OwnProcess tool(String... command) {
        return OwnProcess.start(folder, Map.of("DISPLAY", name, "HOME", toolHome), List.of(command));
    }

    private Path save(BufferedImage image) {
        Path file = folder.fresh("last-seen.png");
        try {
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException e) {
            throw new DesktopException("cannot write " + file, e);
        }
        folder.keep();
        return file;
    }

    private static String geometry(Dimension size) {
        return size.width + "x" + size.height;
    }

    @Override
    public void close() {
        guests.reversed().forEach(OwnProcess::close);
        server.close();
    }
}
