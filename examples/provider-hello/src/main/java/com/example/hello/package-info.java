/** An example of a sign-in provider. */
@NullMarked
package com.example.hello;

import org.jspecify.annotations.NullMarked;
