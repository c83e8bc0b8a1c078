package io.gatehouse.dist;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in words why a file could not be read or written. */
final class FileFailure {
    private FileFailure() {}

    /** The exceptions of file systems have the file for their whole message, or the reason of the system behind it. */
    static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
            case AccessDeniedException denied ->
                denied.getFile() + ": the user " + System.getProperty("user.name") + " has no permission for this";
            case FileAlreadyExistsException taken -> taken.getFile() + ": already exists";
            case FileSystemException other
            when other.getReason() == null ->
                other.getFile() + ": " + other.getClass().getSimpleName();
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }

    /** {@code cannot write FILE} with the reason, which names the file by itself where it is another one. */
    static CommandException whileWriting(Object file, IOException failure) {
        return CommandException.failed("cannot write " + file + ": " + reason(failure));
    }
}
