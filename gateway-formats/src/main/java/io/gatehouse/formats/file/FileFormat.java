package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;

/**
 * What a {@link GuardedFile} has to know about its content. Safe for use by many threads.
 *
 * @param <T> the content, immutable
 */
public interface FileFormat<T> {
    /** The kind of file, as messages call it: {@code account file}. */
    String kind();

    /** How to get such a file, for the administrator who has none; empty when no command makes one. */
    String remedy();

    /** The largest size in bytes that is read. */
    int largest();

    /**
     * Reads a whole content.
     *
     * @throws ProviderException when it breaks the format; the message names neither the file nor a secret
     */
    T parse(byte[] bytes) throws ProviderException;

    /**
     * Whether {@code content} must be taken for a file that somebody is still writing, when a better one was there
     * before.
     */
    boolean looksUnfinished(T content);
}
