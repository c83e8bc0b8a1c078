/** Sign-in by certificates of clients, and certificates as a second factor. */
@NullMarked
package io.gatehouse.provider.certificate;

import org.jspecify.annotations.NullMarked;
