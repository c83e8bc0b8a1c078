@NullMarked
package io.gatehouse.provider.certificate;

import org.jspecify.annotations.NullMarked;
